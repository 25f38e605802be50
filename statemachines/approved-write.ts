import { calledAgain, invocationErrors } from '../lib/core/function-errors.ts';
import type { StateMachine } from '../lib/core/state-machine.ts';

/** Stands for the ARN of the system's `approved` function until the machine is deployed. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by CloudFormation
const approvedFunction = '${ApprovedFunction}';

const operationId = '{% $states.input.operationId %}';

/** How often there was nothing to do but wait. An array leaves out what is not there: at the start there is no count. */
const waitedOnceMore = { operationId, waits: '{% $sum([$states.input.waits, 1]) %}' };

/**
 * Waits for people and carries out what they say. Neither being woken nor a timeout decides anything: Carry_out reads the
 * decision and everything else again, may run any number of times, and is not given up before it says that it is done.
 */
export const approvedWrite: StateMachine = {
  Comment: 'One write that waits for approval. Input: operationId, timeoutSeconds.',
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: {
        FunctionName: approvedFunction,
        Payload: { do: 'ask', operationId, token: '{% $states.context.Task.Token %}' },
      },
      TimeoutSeconds: '{% $states.input.timeoutSeconds %}',
      Retry: [{ ErrorEquals: invocationErrors, ...calledAgain }],
      Catch: [
        { ErrorEquals: ['States.Timeout'], Output: { operationId }, Next: 'Carry_out' },
        { ErrorEquals: ['States.ALL'], Output: waitedOnceMore, Next: 'Wait' },
      ],
      Output: { operationId },
      Next: 'Carry_out',
    },
    Carry_out: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: approvedFunction, Payload: { do: 'carry-out', operationId } },
      // Above the function's own, so that what times out has surely ended.
      TimeoutSeconds: 75,
      Retry: [{ ErrorEquals: [...invocationErrors, 'States.Timeout'], ...calledAgain }],
      Catch: [{ ErrorEquals: ['States.ALL'], Output: waitedOnceMore, Next: 'Wait' }],
      Output:
        "{% $merge([$states.result.Payload, { 'operationId': $states.input.operationId, 'waits': $sum([$states.input.waits, 1]) }]) %}",
      Next: 'What_next',
    },
    What_next: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.next = 'done' %}", Next: 'Done' },
        { Condition: "{% $states.input.next = 'ask' %}", Next: 'Ask' },
      ],
      Default: 'Wait',
    },
    // Longer each time: the history of an execution has an end.
    Wait: {
      Type: 'Wait',
      Seconds: '{% $max([$states.input.waitSeconds, $min([60 * $states.input.waits, 900])]) %}',
      Next: 'Carry_out',
    },
    Done: { Type: 'Succeed' },
  },
};
