import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openState } from '../../../../local/state.ts';
import { ask, call, type Handlers, jsonata, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };

interface Line {
  readonly name?: string;
  readonly event?: Record<string, unknown>;
  readonly drained?: boolean;
}

/** Runs executions in a process of their own, until `enough` is true of what it has said; it is then killed. */
const runUntilKilled = async (
  machines: Readonly<Record<string, string>>,
  started: readonly (readonly [machine: string, name: string, input: object])[],
  enough: (said: readonly Line[]) => boolean,
): Promise<{ readonly state: string; readonly said: readonly Line[] }> => {
  const directory = mkdtempSync(join(tmpdir(), 'stepfunctions-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const state = join(directory, 'state');
  const script = join(import.meta.dirname, 'killed.ts');
  const child = spawn(process.execPath, [script, state, JSON.stringify(machines), JSON.stringify(started)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said: Line[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(JSON.parse(line));
    if (enough(said)) child.kill('SIGKILL');
  }
  await ended;
  return { state, said };
};

const reopen = async (state: string, handlers: Handlers = {}) => {
  const { database, close } = openState(state);
  onTestFinished(close);
  const opened = await openStepFunctions({ database, handlers });
  await opened.drained();
  return opened;
};

const arnOf = (machine: string, name: string) =>
  `arn:aws:states:eu-central-1:123456789012:execution:${machine}:${name}`;
const isDrained = (said: readonly Line[]) => said.some(({ drained }) => drained);

describe('after kill -9', () => {
  it('waits, retries and tokens go on where they were', async () => {
    const machines = {
      wait: jsonata('A', { A: { Type: 'Wait', Seconds: 3600, Output: '{% $states.input.n %}', ...end } }),
      retry: jsonata('A', {
        A: call('busy', {
          Retry: [{ ErrorEquals: ['Erp.Busy'], IntervalSeconds: 60 }],
          Output: '{% $states.context.State.RetryCount %}',
          ...end,
        }),
      }),
      ask: jsonata('Set', {
        Set: { Type: 'Pass', Assign: { n: '{% $states.input.n %}' }, Next: 'Ask' },
        Ask: ask('keep', { TimeoutSeconds: 259_200, Output: '{% [$n, $states.result] %}', ...end }),
      }),
    };
    const started = [
      ['wait', 'w', { n: 1 }],
      ['retry', 'r', {}],
      ['ask', 'answered', { n: 2 }],
      ['ask', 'expired', { n: 3 }],
    ] as const;
    const { state, said } = await runUntilKilled(machines, started, isDrained);
    const tokens = said.filter(({ name }) => name === 'keep').map(({ event }) => String(event?.['token']));
    const { client, advance, drained, describe: describeExecution } = await reopen(state, { busy: () => 'free' });
    for (const [machine, name] of started) {
      expect(await describeExecution(arnOf(machine, name))).toMatchObject({ status: 'RUNNING' });
    }
    await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '"yes"' }));
    await drained();
    expect(outputOf(await describeExecution(arnOf('ask', 'answered')))).toEqual([2, 'yes']);
    await advance(60_000);
    expect(outputOf(await describeExecution(arnOf('retry', 'r')))).toBe(1);
    await advance(3_540_000);
    expect(outputOf(await describeExecution(arnOf('wait', 'w')))).toBe(1);
    await advance(259_200_000);
    expect(await describeExecution(arnOf('ask', 'expired'))).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });

  it('what became due meanwhile happens at once', async () => {
    const machines = {
      wait: jsonata('A', { A: { Type: 'Wait', Timestamp: '2026-01-15T11:00:00Z', Next: 'B' }, B: ask('slow', end) }),
    };
    const { state } = await runUntilKilled(machines, [['wait', 'w', {}]], (said) =>
      said.some(({ name }) => name === 'slow'),
    );
    const { describe: describeExecution } = await reopen(state);
    expect(await describeExecution(arnOf('wait', 'w'))).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.SdkClientException',
    });
  });

  it('a function that ran has failed: a Retry calls it again, a Catch hears of it', async () => {
    const Retry = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1 }];
    const Catch = [{ ErrorEquals: ['States.TaskFailed'], Output: '{% $states.errorOutput.Error %}', Next: 'B' }];
    const B = { Type: 'Succeed' };
    const machines = {
      retry: jsonata('A', { A: call('slow', { Retry, Output: '{% $states.result.Payload %}', ...end }) }),
      catch: jsonata('A', { A: call('slow', { Catch, ...end }), B }),
      neither: jsonata('A', { A: call('slow', end) }),
      asking: jsonata('A', { A: ask('slow', { Retry, ...end }) }),
    };
    const started = Object.keys(machines).map((machine) => [machine, 'x', { n: 7 }] as const);
    const { state, said } = await runUntilKilled(machines, started, (lines) => lines.length >= started.length);
    const events: Record<string, unknown>[] = [];
    const slow = (event: Record<string, unknown>) => {
      events.push(event);
      return 'at last';
    };
    const { client, advance, drained, describe: describeExecution } = await reopen(state, { slow });
    await advance(1_000);
    expect(outputOf(await describeExecution(arnOf('retry', 'x')))).toBe('at last');
    expect(outputOf(await describeExecution(arnOf('catch', 'x')))).toBe('Lambda.SdkClientException');
    const lost = { status: 'FAILED', error: 'Lambda.SdkClientException' };
    expect(await describeExecution(arnOf('neither', 'x'))).toMatchObject(lost);
    const tokenIn = (event: Record<string, unknown> | undefined) => String(event?.['token']);
    const old = tokenIn(said.map(({ event }) => event).find((event) => event?.['token']));
    const fresh = tokenIn(events.find(({ token }) => token));
    const succeed = (taskToken: string) => client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
    await expect(succeed(old)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await succeed(fresh);
    await drained();
    expect(outputOf(await describeExecution(arnOf('asking', 'x')))).toBe(1);
  });

  it.each([3, 20, 41, 77])('at whatever moment, each execution goes each way once: after %i calls', async (calls) => {
    const Retry = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1, MaxAttempts: 9 }];
    const step = (Next: string) =>
      call('count', {
        Assign: { sum: '{% $sum + $states.result.Payload.n %}' },
        Output: '{% $states.input %}',
        Retry,
        Next,
      });
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: call('count', { Output: '{% $sum %}', Retry, ...end }) },
    });
    const states = {
      Start: { Type: 'Pass', Assign: { sum: 0 }, Next: 'One' },
      One: step('Two'),
      Two: step('Fan'),
      Fan: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], Next: 'Done' },
      Done: { Type: 'Succeed' },
    };
    const names = Array.from({ length: 20 }, (_, n) => `e${n}`);
    const started = names.map((name, n) => ['sum', name, { n }] as const);
    const { state } = await runUntilKilled({ sum: jsonata('Start', states) }, started, ({ length }) => length >= calls);
    const { advance, describe: describeExecution, history } = await reopen(state, { count: (event) => event });
    await advance(1_000);
    await advance(1_000);
    let resumed = 0;
    for (const [n, name] of names.entries()) {
      const execution = await describeExecution(arnOf('sum', name)).catch(() => undefined);
      // Only a start that was not answered may be lost.
      if (!execution) continue;
      resumed += 1;
      expect(outputOf(execution)).toEqual([2 * n, 2 * n]);
      const events = await history(arnOf('sum', name));
      expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
      const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      expect(entered.toSorted()).toEqual(['Done', 'Fan', 'Left', 'One', 'Right', 'Start', 'Two']);
    }
    expect(resumed).toBeGreaterThan(0);
  });
});
