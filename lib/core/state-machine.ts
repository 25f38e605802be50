/** A state machine in Amazon States Language, as far as ours use it: JSONata throughout. */
export interface StateMachine extends Branch {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
}

/** The states of a machine or of one branch of a Parallel state, and the one that it begins with. A name is given once in a machine. */
export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** What one of its states does. */
export type State = TaskState | ParallelState | ChoiceState | WaitState | PassState | SucceedState | FailState;

/** JSON in which every text may be an expression, `{% ... %}`, at any depth. */
export type Template =
  | string
  | number
  | boolean
  | null
  | readonly Template[]
  | { readonly [name: string]: Template | undefined };

/** Calls a function, and may hand it a token that has to come back. */
export interface TaskState extends Leaving {
  readonly Type: 'Task';
  readonly Resource: 'arn:aws:states:::lambda:invoke' | 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  readonly Arguments: { readonly FunctionName: string; readonly Payload: Readonly<Record<string, Template>> };
  /** Seconds, or an expression that gives them. */
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** Runs its branches at the same time, each on the same input, and answers what they end with, in their order. The first that fails ends the others. */
export interface ParallelState extends Leaving {
  readonly Type: 'Parallel';
  /** The input of every branch; without it, the input of the state. */
  readonly Arguments?: Template;
  readonly Branches: readonly Branch[];
  /** Runs all branches again. */
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** Tries again what failed with one of these errors. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: 'FULL' | 'NONE';
}

/** Where a failure leads; without an Output, with `{ Error, Cause }`. */
export interface Catcher extends Exit {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/** Leads to the first rule that holds. A rule that holds leaves the state's own Output and Assign alone. */
export interface ChoiceState extends Exit {
  readonly Type: 'Choice';
  readonly Comment?: string;
  readonly Choices: readonly ChoiceRule[];
  readonly Default: string;
}

/** One way out of a Choice state; its Condition is an expression. */
export interface ChoiceRule extends Exit {
  readonly Condition: string;
  readonly Next: string;
}

/** Waits for seconds, or for as many as an expression gives. */
export interface WaitState extends Leaving {
  readonly Type: 'Wait';
  readonly Seconds: number | string;
}

/** Makes an output of its input, or remembers something. */
export interface PassState extends Leaving {
  readonly Type: 'Pass';
}

/** Ends the machine or branch well. */
export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Comment?: string;
  readonly Output?: Template;
}

/** Ends the machine or branch with an error; both texts may be expressions. */
export interface FailState {
  readonly Type: 'Fail';
  readonly Comment?: string;
  readonly Error: string;
  readonly Cause: string;
}

/** What a state hands on; Output and Assign both see the variables as they were when the state was entered. */
interface Exit {
  readonly Output?: Template;
  /** Variables of this machine or branch; branches inside it see them, and cannot change them. */
  readonly Assign?: Readonly<Record<string, Template>>;
}

interface Leaving extends Exit {
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: true;
}
