import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { ask, jsonata, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };
const dayMs = 86_400_000;

/** A machine that asks, and what asking handed out. */
const openAsking = async (more: object = {}, after: Record<string, object> = {}) => {
  const tokens: string[] = [];
  const handlers = { keep: ({ token }: Record<string, unknown>) => void tokens.push(String(token)) };
  const opened = await openStepFunctions({ handlers });
  await opened.deployMachine(jsonata('Ask', { Ask: ask('keep', { ...end, ...more }), ...after }));
  return { ...opened, tokens, token: (at = 0) => tokens[at] ?? '' };
};

const succeed = (client: SFNClient, taskToken: string, output: unknown = { ok: true }) =>
  client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
const fail = (client: SFNClient, taskToken: string, error?: string, cause?: string) =>
  client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
const beat = (client: SFNClient, taskToken: string) => client.send(new SendTaskHeartbeatCommand({ taskToken }));

describe('a task that waits for its token', () => {
  it('goes on with what SendTaskSuccess brings', async () => {
    const {
      start,
      describe: describeExecution,
      client,
      token,
      drained,
    } = await openAsking({
      Output: { said: '{% $states.result %}', token: '{% $states.context.Task.Token %}' },
    });
    const arn = await start();
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await succeed(client, token(), { approved: true });
    await drained();
    expect(outputOf(await describeExecution(arn))).toEqual({ said: { approved: true }, token: token() });
  });

  it('fails with what SendTaskFailure brings, and Catch sees it', async () => {
    const Catch = [{ ErrorEquals: ['Approval.Refused'], Next: 'Refused' }];
    const {
      start,
      describe: describeExecution,
      client,
      token,
      drained,
    } = await openAsking({ Catch }, { Refused: { Type: 'Succeed' } });
    const arn = await start();
    await fail(client, token(), 'Approval.Refused', 'too much');
    await drained();
    expect(outputOf(await describeExecution(arn))).toEqual({ Error: 'Approval.Refused', Cause: 'too much' });
  });

  it('can be ended by its function before that has answered', async () => {
    let ended: Promise<unknown> | undefined;
    const handlers = {
      async now({ token }: Record<string, unknown>) {
        ended = succeed(opened.client, String(token), 'at once');
        await ended;
        throw new Error('after all');
      },
    };
    const opened = await openStepFunctions({ handlers });
    await opened.deployMachine(jsonata('Ask', { Ask: ask('now', end) }));
    const arn = await opened.start();
    expect(outputOf(await opened.describe(arn))).toBe('at once');
  });

  it('fails when its function does, and its token is closed', async () => {
    const tokens: string[] = [];
    const handlers = {
      bad({ token }: Record<string, unknown>) {
        tokens.push(String(token));
        throw Object.assign(new Error('no mail'), { name: 'Mail.Failed' });
      },
    };
    const opened = await openStepFunctions({ handlers });
    await opened.deployMachine(jsonata('Ask', { Ask: ask('bad', end) }));
    const arn = await opened.start();
    expect(await opened.describe(arn)).toMatchObject({ status: 'FAILED', error: 'Mail.Failed' });
    await expect(succeed(opened.client, tokens[0] ?? '')).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('has a token of its own each time, of which only the newest is open', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const {
      start,
      advance,
      describe: describeExecution,
      client,
      tokens,
      token,
      drained,
    } = await openAsking({ TimeoutSeconds: 60, Retry });
    const arn = await start();
    await advance(60_000);
    await advance(1_000);
    expect(new Set(tokens).size).toBe(2);
    for (const one of tokens) expect(one).toMatch(/^[\w-]{100,1024}$/);
    await expect(succeed(client, token(0))).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await succeed(client, token(1), 2);
    await drained();
    expect(outputOf(await describeExecution(arn))).toBe(2);
  });

  it('is ended once, however many try at the same time', async () => {
    const { start, describe: describeExecution, client, token, drained } = await openAsking();
    const arn = await start();
    const tries = Array.from({ length: 20 }, (_, n) =>
      n % 2 ? succeed(client, token(), n) : fail(client, token(), `E${n}`),
    );
    const settled = await Promise.allSettled(tries);
    const won = settled.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(won).toHaveLength(1);
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'TaskTimedOut' });
    await drained();
    const { output, error } = await describeExecution(arn);
    expect(output ?? error).toBe((won[0] ?? 0) % 2 ? String(won[0]) : `E${won[0]}`);
  });
});

describe('a token', () => {
  it('that nobody handed out, or that was changed, is invalid', async () => {
    const { start, client, token, describe: describeExecution } = await openAsking();
    const arn = await start();
    const flipped = `${token().slice(0, -1)}${token().endsWith('A') ? 'B' : 'A'}`;
    for (const forged of ['x', flipped, token().slice(1), `${token()}A`, token().toUpperCase()]) {
      for (const send of [succeed, fail, beat]) {
        await expect(send(client, forged)).rejects.toMatchObject({ name: 'InvalidToken' });
      }
    }
    await expect(succeed(client, 'x'.repeat(1025))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
  });

  it('of a task that is over has timed out', async () => {
    const { start, client, token, drained } = await openAsking();
    await start();
    await succeed(client, token());
    await drained();
    for (const send of [succeed, fail, beat]) {
      await expect(send(client, token())).rejects.toMatchObject({
        name: 'TaskTimedOut',
        message: "Task Timed Out: 'Provided task does not exist anymore'",
      });
    }
  });

  it('of an execution that is forgotten belongs to no task', async () => {
    const { start, client, token, advance, drained } = await openAsking();
    await start({}, 'first');
    await succeed(client, token());
    await drained();
    await advance(90 * dayMs);
    await start({}, 'other');
    await expect(succeed(client, token())).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  it('is not used up by an output that is no JSON, or too large', async () => {
    const { start, client, token, describe: describeExecution, drained } = await openAsking();
    const arn = await start();
    const send = (output: string) => client.send(new SendTaskSuccessCommand({ taskToken: token(), output }));
    await expect(send('{')).rejects.toMatchObject({ name: 'InvalidOutput' });
    await expect(send(JSON.stringify('x'.repeat(262_144)))).rejects.toMatchObject({ name: 'ValidationException' });
    await send('"fine"');
    await drained();
    expect(outputOf(await describeExecution(arn))).toBe('fine');
  });

  it('asks permission on the machine that handed it out', async () => {
    const { start, token, service } = await openAsking();
    await start();
    const resource = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine';
    for (const name of ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'] as const) {
      const { permissions } = service.actions[name];
      expect(permissions({ taskToken: token() })).toEqual([{ action: `states:${name}`, resource }]);
      expect(permissions({ taskToken: 'forged' })).toEqual([]);
    }
  });
});

describe('time', () => {
  const Expired = { Expired: { Type: 'Pass', Output: { expired: '{% $states.input.Error %}' }, End: true } };
  const expiring = (name: string, more: object) =>
    openAsking({ Catch: [{ ErrorEquals: [name], Next: 'Expired' }], ...more }, Expired);

  it('of three days is over in milliseconds', async () => {
    const {
      start,
      advance,
      describe: describeExecution,
      client,
      token,
    } = await expiring('States.Timeout', { TimeoutSeconds: 259_200 });
    const arn = await start();
    await advance(3 * dayMs - 1);
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await advance(1);
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
    await expect(succeed(client, token())).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('that is up has won, even before anybody noticed', async () => {
    const {
      start,
      clock,
      describe: describeExecution,
      client,
      token,
      drained,
    } = await expiring('States.Timeout', { TimeoutSeconds: 60 });
    const arn = await start();
    clock.advance(60_000);
    const answers = await Promise.allSettled([succeed(client, token()), beat(client, token())]);
    for (const one of answers) expect(one).toMatchObject({ status: 'rejected', reason: { name: 'TaskTimedOut' } });
    await drained();
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
  });

  it.each([
    'States.HeartbeatTimeout',
    'States.Timeout',
    'States.ALL',
  ])('without a heartbeat is caught as %s', async (name) => {
    const {
      start,
      advance,
      describe: describeExecution,
    } = await expiring(name, { TimeoutSeconds: 259_200, HeartbeatSeconds: 600 });
    const arn = await start();
    await advance(599_999);
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await advance(1);
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
  });

  it('goes on with each heartbeat, to the deadline and not beyond', async () => {
    const {
      start,
      advance,
      describe: describeExecution,
      client,
      token,
    } = await expiring('States.Timeout', {
      TimeoutSeconds: 3600,
      HeartbeatSeconds: 1000,
    });
    const arn = await start();
    for (let n = 0; n < 4; n += 1) {
      await advance(899_000);
      await beat(client, token());
    }
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await advance(4_000);
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
  });

  it('at the deadline is no missed heartbeat', async () => {
    const {
      start,
      advance,
      describe: describeExecution,
    } = await expiring('States.HeartbeatTimeout', {
      TimeoutSeconds: 61,
      HeartbeatSeconds: 60,
    });
    const arn = await start();
    await advance(60_000);
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
    const other = await expiring('States.HeartbeatTimeout', { TimeoutSeconds: 60 });
    const second = await other.start();
    await other.advance(60_000);
    expect(await other.describe(second)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('comes from expressions as well, and must be whole seconds', async () => {
    const {
      start,
      advance,
      describe: describeExecution,
    } = await expiring('States.Timeout', {
      TimeoutSeconds: '{% $states.input.days * 86400 %}',
    });
    const arn = await start({ days: 2 });
    await advance(2 * dayMs);
    expect(outputOf(await describeExecution(arn))).toEqual({ expired: 'States.Timeout' });
    const broken = await start({ days: 'two' });
    expect(await describeExecution(broken)).toMatchObject({ error: 'States.QueryEvaluationError' });
    const heartbeats = await openAsking({ TimeoutSeconds: 60, HeartbeatSeconds: '{% 60 %}' });
    const late = await heartbeats.start();
    expect(await heartbeats.describe(late)).toMatchObject({ error: 'States.QueryEvaluationError' });
    expect(heartbeats.tokens).toEqual([]);
  });

  it('is taken in order when the clock jumps over several', async () => {
    const { deployMachine, start, advance, history } = await openStepFunctions();
    const waits = { Late: 30, Early: 10, Between: 20 };
    const Branches = Object.entries(waits).map(([name, Seconds]) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds, End: true } },
    }));
    await deployMachine(jsonata('Fan', { Fan: { Type: 'Parallel', Branches, End: true } }));
    const arn = await start();
    await advance(40_000);
    const left = (await history(arn)).flatMap(({ stateExitedEventDetails }) => stateExitedEventDetails?.name ?? []);
    expect(left).toEqual(['Early', 'Between', 'Late', 'Fan']);
  });
});
