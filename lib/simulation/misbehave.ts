import type { SimulationClock } from './clock.ts';
import type { ArmedFault, Faults } from './faults.ts';
import { type Delivery, type Incoming, type Reply, whole } from './server.ts';
import type { Change, LedgerRecord, State } from './state.ts';
import type { Call, Traffic } from './traffic.ts';

/** What a modifying request would do, worked out but not yet done. */
export interface Effect {
  readonly changes: readonly Change[];
  /** Number ranges that are used up even when the document is lost. */
  readonly numbers: readonly Change[];
  readonly record: LedgerRecord;
  readonly reply: Reply;
}

/** What faults need of a running simulation. */
export interface Stage {
  readonly state: State;
  readonly clock: SimulationClock;
  readonly faults: Faults;
  readonly traffic: Traffic;
  /** The longest, in milliseconds, that a request whose client has gone may still take effect. */
  readonly maxServerTime: number;
  /** `release` is aborted, and replaced, to let every late commit go at once; once `closed`, none takes effect. */
  readonly late: { release: AbortController; closed: boolean };
}

const never = (stage: Stage, fault: string, call: Call, gone: AbortSignal): Delivery => {
  const release = stage.traffic.hold(fault, call);
  if (gone.aborted) release();
  gone.addEventListener('abort', release);
  return { kind: 'never' };
};

const retryAfter = ({ retryAfter: value }: ArmedFault): Record<string, string> =>
  value === undefined ? {} : { 'retry-after': String(value) };

const page = (title: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

const LOGIN =
  '<!DOCTYPE html><html><head><title>Logon</title></head><body><form method="post"><input name="user"><input name="password" type="password"></form></body></html>';

/** Lets the faults that any request can meet have their way; undefined means: go on. */
export const meetTransportFaults = async (
  stage: Stage,
  call: Call,
  incoming: Incoming,
): Promise<Delivery | undefined> => {
  const slow = stage.faults.take(['slow'], call);
  if (slow) {
    const release = stage.traffic.hold('slow', call);
    await stage.clock.waitUntil(stage.clock.now() + (slow.ms ?? 1000));
    release();
  }
  const fault = stage.faults.take(['hang', 'unavailable-503', 'throttled-429', 'html-login-page-with-200'], call);
  const html = { 'content-type': 'text/html; charset=utf-8' };
  switch (fault?.fault) {
    case 'hang':
      return never(stage, 'hang', call, incoming.gone);
    case 'unavailable-503':
      return whole({ status: 503, headers: { ...html, ...retryAfter(fault) }, body: page('Service Unavailable') });
    case 'throttled-429':
      return whole({ status: 429, headers: { ...html, ...retryAfter(fault) }, body: page('Too Many Requests') });
    case 'html-login-page-with-200':
      return whole({ status: 200, headers: html, body: LOGIN });
    default:
      return undefined;
  }
};

/**
 * Holds a request as a busy work process would; false when it ran out of server time. A clock that jumps over both
 * ends finds the request done, as it would have been.
 */
const holdLate = async (stage: Stage, call: Call, ms: number): Promise<boolean> => {
  const { clock, late, maxServerTime } = stage;
  const began = clock.now();
  const release = stage.traffic.hold('commit-late', call);
  await clock.waitUntil(began + Math.min(ms, maxServerTime), late.release.signal);
  release();
  const lasted = Math.min(clock.now() - began, ms);
  return !late.closed && lasted < maxServerTime;
};

const outcomes = [
  '200-and-nothing-changed',
  '201-then-missing',
  'commit-then-reset',
  'commit-then-hang',
  'commit-then-500',
  'half-body',
];

/** A modifying request that is about to be carried out. */
export interface Work {
  readonly call: Call;
  readonly incoming: Incoming;
  /** Works out the effect at the moment of the commit, so that a late one sees the state of then. */
  prepare(): Effect;
  /** The system's own answer to a failure inside it, which says nothing of what took effect. */
  failure(message: string): Reply;
}

/** Carries out a modifying request once: commits its effect with its ledger entry, and answers as the armed faults say. */
export const carryOut = async (stage: Stage, { call, incoming, prepare, failure }: Work): Promise<Delivery> => {
  const late = stage.faults.take(['commit-late'], call);
  if (late && !(await holdLate(stage, call, late.ms ?? 3000))) return whole(failure('Time limit exceeded.'));
  const effect = prepare();
  const fault = stage.faults.take(outcomes, call)?.fault;
  if (fault === '200-and-nothing-changed') return whole({ ...effect.reply, status: 200 });
  if (fault === '201-then-missing') {
    stage.state.commit(effect.numbers);
    return whole(effect.reply);
  }
  stage.state.commit([...effect.numbers, ...effect.changes], { record: effect.record, at: stage.clock.now() });
  switch (fault) {
    case 'commit-then-reset':
      return { kind: 'reset' };
    case 'commit-then-hang':
      return never(stage, fault, call, incoming.gone);
    case 'commit-then-500':
      return whole(failure('An exception was raised.'));
    case 'half-body':
      return { kind: 'half', reply: effect.reply };
    default:
      return whole(effect.reply);
  }
};
