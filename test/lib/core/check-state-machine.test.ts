import { expect, test } from 'vitest';
import { problemsOfMachine } from '../../../lib/core/check-state-machine.ts';
import type { Retrier, State, StateMachine, TaskState } from '../../../lib/core/state-machine.ts';

const retry: Retrier = {
  ErrorEquals: ['Lambda.ServiceException'],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  MaxDelaySeconds: 10,
  JitterStrategy: 'FULL',
};
const call: TaskState = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: {} },
  TimeoutSeconds: 60,
  Retry: [retry],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
  Next: 'Done',
};
const ask: TaskState = {
  ...call,
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
};
const machine = (Start: State, more: Record<string, State> = {}): StateMachine => ({
  Comment: '',
  QueryLanguage: 'JSONata',
  StartAt: 'Start',
  States: { Start, Done: { Type: 'Succeed' }, ...more },
});
const without = (task: TaskState, name: keyof TaskState): TaskState => ({ ...task, [name]: undefined });

test('a machine without a problem has none', () => {
  expect(problemsOfMachine(machine(call))).toEqual([]);
  expect(problemsOfMachine(machine({ ...ask, HeartbeatSeconds: 59 }))).toEqual([]);
});

test.each<[string, StateMachine]>([
  ['Start: has no timeout', machine(without(call, 'TimeoutSeconds'))],
  ['Start: its heartbeat comes too late', machine({ ...ask, HeartbeatSeconds: 60 })],
  ['Start: tries nothing again', machine(without(call, 'Retry'))],
  ['Start: tries again without full jitter', machine({ ...call, Retry: [{ ...retry, JitterStrategy: 'NONE' }] })],
  ['Start: does not catch every failure', machine({ ...call, Catch: [{ ErrorEquals: ['Other'], Next: 'Done' }] })],
  ['Start: waits for a token that it hands to nobody', machine({ ...ask, Arguments: call.Arguments })],
  ['Start: has no token to hand out', machine({ ...call, Arguments: ask.Arguments })],
  ['Start: a token is known to its task alone', machine({ ...ask, Output: '{% $states.context.Task.Token %}' })],
  ['Start: goes on by Next or ends by End, one of them', machine({ ...call, End: true })],
  ['Start: goes on by Next or ends by End, one of them', machine(without(call, 'Next'))],
  ['Gone: there is no such state', machine({ ...call, Next: 'Gone' })],
  ['Alone: nothing leads there', machine(call, { Alone: { Type: 'Wait', Seconds: 1, Next: 'Done' } })],
  [
    'Dead: goes on by Next or ends by End, one of them',
    machine({ ...call, Next: 'Dead' }, { Dead: { Type: 'Wait', Seconds: 1 } }),
  ],
])('%s', (problem, wrong) => {
  expect(problemsOfMachine(wrong)).toEqual([problem]);
});
