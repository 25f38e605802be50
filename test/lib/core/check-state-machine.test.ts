import { describe, expect, test } from 'vitest';
import { problemsOfMachine } from '../../../lib/core/check-state-machine.ts';
import type {
  Branch,
  ParallelState,
  Retrier,
  State,
  StateMachine,
  TaskState,
} from '../../../lib/core/state-machine.ts';

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
const branch = (State: State, name = 'Inside'): Branch => ({ StartAt: name, States: { [name]: State } });
const read: TaskState = { ...call, Catch: [], Next: undefined, End: true };
const fan: ParallelState = {
  Type: 'Parallel',
  Branches: [branch(read, 'Left'), branch(read, 'Right')],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
  Next: 'Done',
};
const without = (task: TaskState, name: keyof TaskState): TaskState => ({ ...task, [name]: undefined });

test('a machine without a problem has none', () => {
  expect(problemsOfMachine(machine(call))).toEqual([]);
  expect(problemsOfMachine(machine({ ...ask, HeartbeatSeconds: 59 }))).toEqual([]);
  expect(problemsOfMachine(machine(fan))).toEqual([]);
  expect(
    problemsOfMachine(machine({ Type: 'Pass', Assign: { a: 1 }, Output: { b: [{ c: '{% $a %}' }] }, Next: 'Done' })),
  ).toEqual([]);
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
  ['Start: goes on by Next or ends by End, one of them', machine({ ...fan, End: true })],
  ['Start: has no branches', machine({ ...fan, Branches: [] })],
  ['Start: tries again without full jitter', machine({ ...fan, Retry: [{ ...retry, JitterStrategy: 'NONE' }] })],
  ['Inside: has no timeout', machine({ ...fan, Branches: [branch({ ...read, TimeoutSeconds: undefined })] })],
  ['Done: there is no such state', machine({ ...fan, Branches: [branch({ ...read, End: undefined, Next: 'Done' })] })],
  ['Start: a token is known to its task alone', machine({ ...fan, Arguments: '{% $states.context.Task.Token %}' })],
  ['Start: is the name of two states', machine({ ...fan, Branches: [branch(read, 'Start')] })],
  [
    '$a: is assigned around its branch too',
    machine({ ...fan, Assign: { a: 1 }, Branches: [branch({ ...read, Assign: { a: 2 } })] }),
  ],
  [
    `${'x'.repeat(81)}: its name has more than 80 characters`,
    machine({ ...fan, Branches: [branch(read, 'x'.repeat(81))] }),
  ],
  ['Start: has more than 262144 bytes', machine({ ...call, Output: 'x'.repeat(262_144) })],
])('%s', (problem, wrong) => {
  expect(problemsOfMachine(wrong)).toEqual([problem]);
});

test('a failure inside a Parallel state is caught there or around it', () => {
  expect(problemsOfMachine(machine({ ...fan, Catch: [] }))).toEqual([
    'Start: does not catch every failure',
    'Left: does not catch every failure',
    'Right: does not catch every failure',
  ]);
  const inner = { ...fan, Catch: [], Next: undefined, End: true } as const;
  expect(problemsOfMachine(machine({ ...fan, Branches: [branch(inner)] }))).toEqual([]);
});

test('a definition has at most a mebibyte', () => {
  const notes = Array.from({ length: 5 }, (_, at) => [`Note_${at}`, 'x'.repeat(250_000), `Note_${at + 1}`] as const);
  const states = notes.map(([name, Output, Next]) => [name, { Type: 'Pass', Output, Next }] as const);
  const last = { Note_5: { Type: 'Succeed' } } as const;
  const wrong = machine({ Type: 'Pass', Next: 'Note_0' }, { ...Object.fromEntries(states), ...last });
  expect(problemsOfMachine(wrong)).toContain('the definition has more than 1048576 bytes');
});

describe('a loop', () => {
  const again = (Start: State, Check: State) => problemsOfMachine(machine(Start, { Check }));
  const wait: State = { Type: 'Wait', Seconds: 1, Next: 'Check' };
  const enough: State = { Type: 'Choice', Choices: [{ Condition: '{% $done %}', Next: 'Done' }], Default: 'Start' };
  const spins = ['Start, Check: can go round without ever waiting'];

  test.each<[string, State, string[]]>([
    ['through a Wait', wait, []],
    ['through a Wait that waits for what an expression says', { ...wait, Seconds: '{% $seconds %}' }, []],
    ['through a task that waits for its token', { ...ask, Next: 'Check' }, []],
    ['through a Wait of no second', { ...wait, Seconds: 0 }, spins],
    ['through a call', { ...call, Next: 'Check' }, spins],
    ['through a Pass', { Type: 'Pass', Next: 'Check' }, spins],
    [
      'through what a waiting task catches, for it may have failed at once',
      { ...ask, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Check' }] },
      spins,
    ],
  ])('%s', (_, state, problems) => {
    expect(again(state, enough)).toEqual(problems);
  });

  test('of a state that times out has waited for that', () => {
    const late = { ErrorEquals: ['States.Timeout'], Next: 'Start' };
    const all = { ErrorEquals: ['States.ALL'], Next: 'Done' };
    expect(problemsOfMachine(machine({ ...call, Catch: [late, all] }))).toEqual([]);
    expect(problemsOfMachine(machine({ ...call, Catch: [{ ...all, Next: 'Start' }] }))).toEqual([
      'Start: can go round without ever waiting',
    ]);
  });

  test('inside a branch is a loop too', () => {
    const loop: Branch = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    expect(problemsOfMachine(machine({ ...fan, Branches: [loop] }))).toEqual([
      'A, B: can go round without ever waiting',
    ]);
  });
});
