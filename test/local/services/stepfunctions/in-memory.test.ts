import { describe, expect, it } from 'vitest';
import { type Answer, inMemoryMachine, type RunOptions } from '../../../../local/services/stepfunctions/in-memory.ts';
import { ask, call, jsonata, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };
const Retry = [{ ErrorEquals: ['Erp.Busy'], IntervalSeconds: 4, MaxAttempts: 3, JitterStrategy: 'FULL' }];
const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

/** Retries, waits, branches, variables and a failure that is caught. */
const everything = jsonata('Count', {
  Count: call('count', { Retry, Assign: { sum: '{% $states.result.Payload.n + 1 %}' }, Next: 'Pause' }),
  Pause: { Type: 'Wait', Seconds: '{% $sum %}', Output: { n: '{% $sum %}' }, Next: 'Fan' },
  Fan: {
    Type: 'Parallel',
    Branches: [
      branch('Left', call('count', { Output: '{% $states.result.Payload %}', ...end })),
      branch('Right', { Type: 'Wait', Seconds: 9, Output: '{% $sum %}', ...end }),
    ],
    Next: 'Last',
  },
  Last: call('refuse', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], ...end }),
  Caught: { Type: 'Pass', Output: { sum: '{% $sum %}', error: '{% $states.input.Error %}' }, ...end },
});

/** A function that is busy twice before it answers, one that refuses, one that just answers. */
const functions = () => {
  let calls = 0;
  return (name: string, event: unknown): Answer => {
    calls += 1;
    if (name === 'refuse') return { error: 'Erp.Refused', cause: '{}' };
    return calls <= 2 ? { error: 'Erp.Busy', cause: '{}' } : { payload: event };
  };
};

const thrown = (answer: Answer) => {
  if (answer === 'no answer' || 'payload' in answer) return answer === 'no answer' ? undefined : answer.payload;
  throw Object.assign(new Error(), { name: answer.error });
};

describe('a machine in memory', () => {
  it('takes the same steps as one whose executions are kept', async () => {
    const random = () => 0.5;
    const memory = inMemoryMachine(everything).start({ n: 2 }, { call: functions(), random });
    const { output } = await memory.finish();
    const answer = functions();
    const handlers = {
      count: (event: unknown) => thrown(answer('count', event)),
      refuse: (event: unknown) => thrown(answer('refuse', event)),
    };
    const kept = await openStepFunctions({ handlers, random });
    await kept.deployMachine(everything);
    const arn = await kept.start({ n: 2 });
    for (const seconds of [2, 4, 3, 9]) await kept.advance(seconds * 1000);
    expect(outputOf(await kept.describe(arn))).toEqual(JSON.parse(output ?? ''));
    expect(JSON.parse(output ?? '')).toEqual({ sum: 3, error: 'Erp.Refused' });
    const steps = (await kept.history(arn)).map(({ id, previousEventId, type, timestamp }) => ({
      id,
      previous: previousEventId,
      type,
      at: timestamp?.getTime(),
    }));
    expect(memory.history().map(({ id, previous, type, at }) => ({ id, previous, type, at }))).toEqual(steps);
  });

  it('runs any number of times, and goes the same way for the same answers and randomness', async () => {
    const machine = inMemoryMachine(everything);
    const historyWith = async (random: () => number) => {
      const run = machine.start({ n: 1 }, { call: functions(), random });
      await run.finish();
      return run.history();
    };
    const first = await historyWith(() => 0.25);
    expect(await historyWith(() => 0.25)).toEqual(first);
    expect(await historyWith(() => 0.75)).not.toEqual(first);
  });

  it('calls functions by their names, or by the placeholders that stand for them', async () => {
    const called: string[] = [];
    const note = (name: string) => {
      called.push(name);
      return { payload: null };
    };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of a definition
    const states = { A: call('${SagaTurns}', { Next: 'B' }), B: call('other', end) };
    await inMemoryMachine(jsonata('A', states)).start({}, { call: note }).finish();
    expect(called).toEqual(['SagaTurns', 'other']);
  });

  it('refuses what a deployment refuses', () => {
    expect(() => inMemoryMachine(jsonata('A', { A: { Type: 'Map' } }))).toThrow('the state type Map is not supported');
  });
});

describe('a run', () => {
  const start = (states: Record<string, object>, answer: RunOptions['call']) =>
    inMemoryMachine(jsonata(Object.keys(states)[0] ?? '', states)).start({}, { call: answer });

  it('times out what never answers, on a clock of its own', async () => {
    const run = start({ A: call('f', { TimeoutSeconds: 3600, ...end }) }, () => 'no answer');
    const before = run.now();
    expect(await run.finish()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(run.now() - before).toBe(3_600_000);
  });

  it('waits for a token, which comes back when it is planned to', async () => {
    const run = start({ A: ask('f', { TimeoutSeconds: 3600, ...end }) }, (_, event) => {
      run.after(60_000, () => run.sendTaskSuccess(Object(event).token, { said: 'yes' }));
      return { payload: null };
    });
    const before = run.now();
    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '{"said":"yes"}' });
    expect(run.now() - before).toBe(60_000);
  });

  it('is told that a task has failed, and refuses a token that is used up', async () => {
    const tokens: string[] = [];
    const run = start({ A: ask('f', { TimeoutSeconds: 3600, ...end }) }, (_, event) => {
      tokens.push(Object(event).token);
      return { payload: null };
    });
    await run.settle();
    run.sendTaskFailure(tokens[0] ?? '', { error: 'Person.Refused', cause: 'no' });
    expect(await run.finish()).toMatchObject({ status: 'FAILED', error: 'Person.Refused', cause: 'no' });
    expect(() => run.sendTaskSuccess(tokens[0] ?? '', 1)).toThrow('Provided task does not exist anymore');
  });

  it('goes on after a restart, where a function that ran has failed', async () => {
    const never = new Promise<Answer>(() => {});
    let calls = 0;
    const again = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 5 }];
    const run = start({ A: call('f', { Retry: again, Output: '{% $states.result.Payload %}', ...end }) }, () => {
      calls += 1;
      return calls === 1 ? never : { payload: calls };
    });
    await expect.poll(() => calls).toBe(1);
    run.restart();
    expect(await run.advance()).toBe(false);
    expect(run.execution()).toMatchObject({ status: 'SUCCEEDED', output: '2' });
    const ended = run.now();
    expect(await run.advance()).toBe(false);
    expect(run.now()).toBe(ended);
  });

  it('does not hide that what it calls is broken', async () => {
    const run = start({ A: call('f', end) }, () => {
      throw new Error('a mistake in the test');
    });
    await expect(run.finish()).rejects.toThrow('a mistake in the test');
  });
});
