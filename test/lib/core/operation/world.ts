import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { powertoolsOnce } from '../../../../lib/aws/once.ts';
import { CountersignError, isCountersignError } from '../../../../lib/core/errors.ts';
import { type Answer, answerOf } from '../../../../lib/core/operation/answer.ts';
import { redrive } from '../../../../lib/core/operation/dead.ts';
import { evolve, type Operation, type Operations } from '../../../../lib/core/operation/operation.ts';
import { lookAgain, reconcile } from '../../../../lib/core/operation/reconcile.ts';
import { replay } from '../../../../lib/core/operation/replay.ts';
import type { Found, Write } from '../../../../lib/core/operation/write.ts';
import { draftOf } from './memory-operations.ts';

/** Picks a number below `n`; the whole world is decided by these. */
export type Choose = (n: number) => number;

/** Somebody else was quicker. */
const ignoreRefusal = (error: unknown): void => {
  if (!isCountersignError(error) || error.code !== 'STALE_STATE') throw error;
};

/** What one caller was told. */
export interface Told {
  readonly status: number;
  readonly body: string;
  /** Effects when it was told, and requests that could still have one. */
  readonly effects: number;
  readonly underway: number;
}

interface Step {
  readonly caller: number;
  /** Carries it out, or part of it: `choice` says how it goes. */
  run(choice: number): void;
  /** The caller's time is over, or its process. */
  end(): void;
}

interface Request {
  readonly until: number;
  readonly commit: () => void;
}

interface Rules {
  readonly needsBefore: boolean;
  readonly maxServerTime: number;
  /** What the operations believe of it; the same, unless a test breaks the rule on purpose. */
  readonly promised: number;
}

const lost = (applied: 'no' | 'unknown') => new CountersignError('SYSTEM_UNAVAILABLE', 'lost', { applied });

/**
 * One intent, many callers with the same key, one store, one system; every await is a step that the world takes when it
 * pleases, with its answer lost, or never, because the process has died. Time moves only when the world moves it.
 */
export function world(rules: Rules) {
  let now = Date.parse('2026-06-01T08:00:00Z');
  const steps = new Set<Step>();
  const deadlines = new Set<{ readonly at: number; readonly controller: AbortController }>();
  const items = new Map<string, Operation>();
  const ledger: string[] = [];
  const requests = new Set<Request>();
  const told: Told[] = [];
  let callers = 0;

  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    deadlines.add({ at: now + ms, controller });
    return controller.signal;
  });
  const underway = () => [...requests].filter(({ until }) => now <= until).length;

  /** A promise that the world settles when it takes the step. */
  const awaited = <T>(
    caller: number,
    go: (choice: number) => T,
    signal?: AbortSignal,
    applied: 'no' | 'unknown' = 'no',
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(lost('no'));
      const step: Step = {
        caller,
        run: (choice) => {
          steps.delete(step);
          try {
            resolve(go(choice));
          } catch (error) {
            reject(error);
          }
        },
        end: () => void steps.delete(step),
      };
      signal?.addEventListener('abort', () => {
        if (steps.delete(step)) reject(lost(applied));
      });
      steps.add(step);
    });

  const storeFor = (caller: number, offset: number): Operations => {
    let synchronised = false;
    /** Answers are lost one time in eight, before or after the write. */
    const trip = <T>(write: () => T): Promise<T> =>
      awaited(caller, (choice) => {
        if (choice === 0) throw new Error('store down');
        const written = write();
        if (choice === 1) throw new Error('answer lost');
        synchronised = true;
        return written;
      });
    const written = (id: string, next: Operation, may: (existing: Operation | undefined) => boolean) => {
      const existing = items.get(id);
      if (existing && !may(existing)) return { won: existing.writtenBy === next.writtenBy, operation: existing };
      items.set(id, next);
      return { won: true, operation: next };
    };
    return {
      now: () => (synchronised ? now : now + offset),
      open: (draft) => trip(() => written(draft.id, draft, () => false)),
      change: (seen, change) => {
        const next = { ...evolve(seen, change, now), writtenBy: randomUUID() };
        return trip(() => written(seen.id, next, (existing) => existing?.version === seen.version));
      },
      get: (id) => trip(() => items.get(id)),
    };
  };

  const found = (): Found =>
    ledger.length === 0
      ? { state: 'absent' }
      : ledger.length > 1
        ? { state: 'review', reason: 'DUPLICATE_EFFECT', document: '1' }
        : { state: 'applied', document: '1', result: '{"document":"1"}' };

  const writeFor = (caller: number): Write => ({
    needsBefore: rules.needsBefore,
    maxServerTime: rules.promised,
    lookupLag: 5_000,
    patience: 15_000,
    canLookUp: true,
    groupOf: () => undefined,
    before: (_, signal) =>
      awaited(
        caller,
        (choice) => {
          if (choice === 0) throw lost('no');
          const state = found();
          return state.state === 'absent' ? { image: '{}' } : { outcome: state as never };
        },
        signal,
      ),
    send: async (_, { signal, permit }) => {
      await permit();
      await awaited(caller, () => undefined, signal); // the connection stands
      const answer = await dispatched(caller, signal);
      if (answer) return answer;
      await permit(); // its token was refused: once more
      return (await dispatched(caller, signal)) ?? { state: 'unknown', reason: 'REFUSED_TWICE' };
    },
    find: (_, signal) =>
      awaited(
        caller,
        (choice) => {
          if (choice === 0) throw lost('no');
          return found();
        },
        signal,
      ),
  });

  /** The request is out. It is refused without effect, takes effect now or later, or never; its answer comes or does not. */
  const dispatched = (caller: number, signal: AbortSignal): Promise<(Found & { state: 'applied' }) | undefined> => {
    if (signal.aborted) return Promise.reject(lost('no'));
    const request: Request = {
      until: now + rules.maxServerTime,
      commit: () => {
        if (requests.delete(request) && now <= request.until) ledger.push('effect');
      },
    };
    requests.add(request);
    return awaited(
      caller,
      (choice) => {
        if (choice === 0) throw lost('unknown');
        const isDone = !requests.has(request);
        if (!isDone && choice >= 2 && choice <= 4) {
          requests.delete(request);
          if (choice === 2) throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed', { applied: 'no' });
          if (choice === 3) throw new CountersignError('SUPPLIER_BLOCKED', 'blocked');
          return undefined;
        }
        request.commit();
        if (choice === 1) throw lost('unknown');
        return { state: 'applied' as const, document: '1', result: '{"document":"1"}' };
      },
      signal,
      'unknown',
    );
  };

  const tell = ({ status, body }: Answer) => told.push({ status, body, effects: ledger.length, underway: underway() });

  /** What a lost answer ends is tried again by others; a defect is not passed over. */
  const passing = (work: Promise<unknown>) =>
    void work.catch((error) => {
      if (!(error instanceof Error) || !['store down', 'answer lost', 'lost'].includes(error.message)) throw error;
    });

  const begin = {
    /** An agent's call, on a host whose clock may be off before it has heard from the store. */
    call: (offset: number) => {
      const caller = callers++;
      const operations = storeFor(caller, offset);
      const start = rules.needsBefore ? { state: 'accepted' as const, attempts: 0 } : {};
      const draft = draftOf('o1', operations.now(), { ...start, writtenBy: randomUUID() });
      powertoolsOnce(operations)(draft, writeFor(caller)).then(
        ({ operation, replayed }) => tell(answerOf(operation, { now: operations.now(), replayed })),
        (error) => {
          if (error.code !== 'STORE_UNAVAILABLE') throw error;
        },
      );
    },
    /** Somebody who only asks: now, or once more about what was believed to be absent. */
    ask: () => {
      const caller = callers++;
      const operations = storeFor(caller, 0);
      const on = { operations, write: async () => writeFor(caller) };
      const asked = async () => {
        const operation = await operations.get('o1');
        if (operation) await lookAgain(await reconcile(operation, on), on);
      };
      passing(asked());
    },
    /** A worker that takes a turn of the backlog, which may be late, repeated or about nothing. */
    replay: () => {
      const caller = callers++;
      const operations = storeFor(caller, 0);
      const on = {
        operations,
        firstOf: async () => 'o1',
        write: async () => writeFor(caller),
        recheck: async () => {},
      };
      passing(replay({ operationId: 'o1', version: 1 }, on));
    },
    /** An operator who has it carried out after all; what is not dead is refused. */
    redrive: () => {
      const operations = storeFor(callers++, 0);
      const pressed = async () => {
        const operation = await operations.get('o1');
        if (operation?.state === 'dead') await redrive(operations, operation, { by: 'olga', why: 'Repaired.' });
      };
      passing(pressed().catch(ignoreRefusal));
    },
  };

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const advance = (ms: number) => {
    now += ms;
    for (const deadline of deadlines)
      if (deadline.at <= now) {
        deadlines.delete(deadline);
        deadline.controller.abort();
      }
  };

  return {
    ledger,
    told,
    operation: () => items.get('o1'),
    /** One move of the world. */
    move: async (choose: Choose): Promise<void> => {
      const what = choose(16);
      const pending = [...steps];
      const some = pending[choose(Math.max(1, pending.length))];
      if (what === 0) begin.call([0, 0, -3_600_000, 3_600_000][choose(4)] ?? 0);
      else if (what === 1) [begin.ask, begin.replay, begin.redrive][choose(3)]?.();
      else if (what === 2) advance([900, 6_000, 25_000, 300_000, 720_000][choose(5)] ?? 0);
      else if (what === 3 && some) for (const each of pending) each.caller === some.caller && each.end();
      else if (what === 4) [...requests][choose(Math.max(1, requests.size))]?.commit();
      else some?.run(choose(8) + (what > 10 ? 5 : 0));
      await settled();
    },
    /** Everybody gone, all requests over; then patient retries without trouble. */
    conclude: async (): Promise<void> => {
      for (let n = 0; n < 8; n++) {
        for (const step of steps) step.end();
        advance(900_000);
        requests.clear();
        begin.call(0);
        begin.replay();
        await settled();
        for (let pending = [...steps]; pending.length > 0; pending = [...steps]) {
          for (const step of pending) step.run(12);
          await settled();
        }
      }
    },
  };
}
