/** A state machine in Amazon States Language, as far as ours use it: JSONata throughout. */
export interface StateMachine {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** What one of its states does. */
export type State = TaskState | ChoiceState | WaitState | SucceedState;

/** Calls a function, and may hand it a token that has to come back. */
export interface TaskState extends Leaving {
  readonly Type: 'Task';
  readonly Resource: 'arn:aws:states:::lambda:invoke' | 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  readonly Arguments: { readonly FunctionName: string; readonly Payload: Readonly<Record<string, string>> };
  /** Seconds, or an expression that gives them. */
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
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

/** Where a failure leads. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Output?: unknown;
  readonly Next: string;
}

interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default: string;
}

interface WaitState extends Leaving {
  readonly Type: 'Wait';
  readonly Seconds: number | string;
}

interface SucceedState {
  readonly Type: 'Succeed';
}

interface Leaving {
  readonly Output?: unknown;
  readonly Next?: string;
  readonly End?: true;
}
