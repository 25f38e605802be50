import { expect, test } from 'vitest';
import { CountersignError, type ErrorCode } from '../../../../lib/core/errors.ts';
import { type Draining, drain, type Ticket } from '../../../../lib/core/operation/drain.ts';
import type { Replayed } from '../../../../lib/core/operation/replay.ts';

const refused = (code: ErrorCode, retryAfter: number) => new CountersignError(code, 'not now', { retryAfter });

/** A queue of turns by group, and a system whose door opens and closes; time passes only by sleeping. */
function queueOf(waiting: readonly (readonly [id: string, group: string])[], changes: Partial<Draining> = {}) {
  const state = { now: 0, log: [] as string[], left: [...waiting], atWork: 0, most: 0, swept: 0 };
  const log = (what: string) => void state.log.push(what);
  const ticket = ([id, group]: readonly [string, string]): Ticket => ({
    ...{ turn: { operationId: id, version: 1 }, group },
    done: async () => log(`${id} done`),
    later: async (seconds) => log(`${id} again in ${seconds}`),
  });
  const on: Draining = {
    receive: async (most) => state.left.splice(0, most).map(ticket),
    admitted: async () => ({ end: async () => {} }),
    probe: async () => {},
    async take({ operationId }) {
      state.most = Math.max(state.most, ++state.atWork);
      await on.sleep(100);
      state.atWork--;
      log(operationId);
      return 'done';
    },
    sweep: async () => state.swept,
    now: () => state.now,
    async sleep(ms) {
      await new Promise((resolve) => setImmediate(resolve));
      state.now += ms;
    },
    failed: ({ operationId }, error) => log(`${operationId} failed: ${(error as Error).message}`),
    ...changes,
  };
  return { on, state };
}

const ten = Array.from({ length: 25 }, (_, n) => [`o${n}`, `g${n}`] as const);

test('everything is carried out, several at a time, and it stops when nothing is left', async () => {
  const { on, state } = queueOf(ten);
  expect(await drain(on, { until: 60_000, workers: 4 })).toEqual({ turns: 25, stopped: 'empty' });
  expect([state.log.filter((each) => each.endsWith('done')).length, state.most]).toEqual([25, 4]);
});

test('one group is never worked at twice at a time', async () => {
  const { on, state } = queueOf([
    ['a1', 'a'],
    ['a2', 'a'],
    ['b1', 'b'],
    ['a3', 'a'],
  ]);
  await drain(on, { until: 60_000, workers: 4 });
  expect(state.most).toBe(2);
  expect(state.log.filter((each) => /^a\d$/.test(each))).toEqual(['a1', 'a2', 'a3']);
});

test('a turn that finds others before it stays until it is its own', async () => {
  const answers: Replayed[] = ['next', 'next', 'done'];
  const { on, state } = queueOf([['c', 'lane']], { take: async () => answers.shift() ?? 'done' });
  expect((await drain(on, { until: 60_000, workers: 2 })).turns).toBe(3);
  expect(state.log).toEqual(['c done']);
});

test('a lane that somebody is at work in is left alone for a while', async () => {
  const { on, state } = queueOf([['a', 'lane']], { take: async () => 'wait' });
  await drain(on, { until: 60_000, workers: 1 });
  expect(state.log).toEqual(['a again in 30']);
});

test('a system that is closed for longer than there is time ends the work, and all turns go back at once', async () => {
  const { on, state } = queueOf(ten.slice(0, 3), {
    admitted: async () => {
      throw refused('SYSTEM_PAUSED', 3_600);
    },
  });
  expect(await drain(on, { until: 60_000, workers: 2 })).toEqual({ turns: 0, stopped: 'SYSTEM_PAUSED' });
  expect(state.log.sort()).toEqual(['o0 again in 0', 'o1 again in 0', 'o2 again in 0']);
});

test('a system that failed is asked once its time has come, and the work goes on when it answers', async () => {
  const state = { isBack: false, probes: 0 };
  const { on } = queueOf(ten.slice(0, 3), {
    admitted: async () => {
      if (!state.isBack) throw refused('SYSTEM_UNAVAILABLE', 5);
      return { end: async () => {} };
    },
    probe: async () => {
      state.isBack = ++state.probes >= 3;
      if (!state.isBack) throw refused('SYSTEM_UNAVAILABLE', 5);
    },
  });
  expect(await drain(on, { until: 60_000, workers: 1 })).toEqual({ turns: 3, stopped: 'empty' });
  expect(state.probes).toBe(3);
});

test('live calls go first: the worker waits until there is room, and no longer than it has time', async () => {
  const { on, state } = queueOf([['a', 'lane']], {
    admitted: async () => {
      throw refused('SYSTEM_BUSY', 1);
    },
  });
  expect(await drain(on, { until: 10_000, workers: 1 })).toEqual({ turns: 0, stopped: 'time is over' });
  expect([state.now, state.log]).toEqual([10_000, ['a again in 0']]);
});

test('what fails in our own house is told and comes again, and holds up nobody else', async () => {
  const { on, state } = queueOf(ten.slice(0, 2), {
    take: async ({ operationId }) => {
      if (operationId === 'o0') throw new Error('store down');
      return 'done';
    },
  });
  await drain(on, { until: 60_000, workers: 1 });
  expect(state.log).toEqual(['o0 failed: store down', 'o0 again in 30', 'o1 done']);
});
