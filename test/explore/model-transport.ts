import type { Transport, TransportRequest } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import { modelOrigin } from './model-connector.ts';
import type { ModelSystem, SystemAnswer, Whim } from './model-system.ts';
import type { Process } from './process.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How the system treats one request: the ways in which systems misbehave. */
export type Behaviour =
  | { readonly kind: 'well' | 'hang' | 'refuse connection' | 'half-body' | 'log-on page' | 'reset' }
  | { readonly kind: 'commit-then-reset' | 'commit-then-hang' | 'commit-then-500' }
  /** Takes effect later, whether the client is still there or not. */
  | { readonly kind: 'commit-late'; readonly ms: number }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answers without effect. */
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'whim'; readonly whim: Whim };

/** What a transport stands on. */
export interface Wire {
  readonly clock: VirtualClock;
  readonly system: ModelSystem;
  /** Asked for each request, in the order in which they are begun. */
  behave(request: Pick<TransportRequest, 'method' | 'headers'>, path: string): Behaviour;
  /** Time from here to the system and back, in ms. */
  latency(): { readonly there: number; readonly back: number };
}

const broken = (applied: 'no' | 'unknown') => new CountersignError('SYSTEM_UNAVAILABLE', 'no answer', { applied });

/** How a process speaks to the model system: as the real way out does, with connections that break at any place. */
export const modelTransport =
  (wire: Wire, process: Process): Transport =>
  async (url, request) => {
    const { clock, system, behave } = wire;
    const { signal } = request;
    if (!url.startsWith(`${modelOrigin}/`)) throw new CountersignError('HOST_NOT_ALLOWED', url);
    const path = url.slice(modelOrigin.length);
    const behaviour = behave(request, path);
    await process.trip('system', () => undefined);
    const connection = system.connect();
    const close = (): void => {
      connection.until = clock.now();
    };
    try {
      if (behaviour.kind === 'refuse connection' || signal.aborted) throw broken('no');
      await (request.permit ?? request.ready)?.();
      if (signal.aborted) throw broken('no');
      system.arrived(path, request);
      return await process.lives(exchanged(path, request, { wire, behaviour }));
    } finally {
      close();
    }
  };

/** The request is out: from here on it has the effect that it has, whoever waits for the answer. */
const exchanged = (
  path: string,
  request: TransportRequest,
  { wire: { clock, system, latency }, behaviour }: { readonly wire: Wire; readonly behaviour: Behaviour },
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { there, back } = latency();
    const { kind } = behaviour;
    const reset = (): void => reject(broken('unknown'));
    request.signal.addEventListener('abort', reset, { once: true });
    const later = (ms: number, run: () => void): void => clock.at(clock.now() + ms, run);
    const reply = (answered: SystemAnswer): void => later(back, () => resolve(responseOf(answered)));
    const reference = request.method === 'GET' ? undefined : request.headers['x-for'];
    if (reference !== undefined && !ineffective.has(kind)) system.expect(reference, 1);
    const serve = (): SystemAnswer => {
      if (reference !== undefined) system.expect(reference, -1);
      return system.serve(path, request, kind === 'whim' ? behaviour.whim : undefined);
    };
    const answer = (served: SystemAnswer): void => {
      const afterwards = request.method === 'GET' ? 'reply' : afterEffect(kind);
      if (afterwards === 'reply') reply(served);
      else if (afterwards === 'reset') later(back, reset);
      else if (afterwards === '500') reply({ status: 500 });
    };
    const act = (): void => {
      if (kind === 'reset') reset();
      else if (kind === 'log-on page') reply({ status: 200, body: '<html>' });
      else if (kind === 'answer') reply(answerOf(behaviour));
      else if (kind === 'commit-late' || kind === 'slow') later(behaviour.ms, () => reply(serve()));
      else if (kind !== 'hang') answer(serve());
    };
    later(there, act);
  });

const ineffective: ReadonlySet<Behaviour['kind']> = new Set(['hang', 'reset', 'log-on page', 'answer']);

function afterEffect(kind: Behaviour['kind']): 'reply' | 'reset' | 'hang' | '500' {
  if (kind === 'commit-then-reset' || kind === 'half-body') return 'reset';
  if (kind === 'commit-then-hang') return 'hang';
  return kind === 'commit-then-500' ? '500' : 'reply';
}

const answerOf = ({ status, retryAfter }: Extract<Behaviour, { kind: 'answer' }>): SystemAnswer => ({
  status,
  ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
});

function responseOf({ status, headers = {}, body }: SystemAnswer): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(body === undefined || status === 204 ? null : text, { status, headers });
}
