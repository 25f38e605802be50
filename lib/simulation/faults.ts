import * as z from 'zod';
import type { State } from './state.ts';
import type { Call } from './traffic.ts';

/** Options that a fault may take beside times, probability, entity and method. */
export type FaultOption = 'ms' | 'retryAfter' | 'factor' | 'amount' | 'user';

/** One way to misbehave: what it does, which requests it hits, which options it takes. */
export interface FaultKind {
  readonly summary: string;
  readonly hits: 'any request' | 'modifying requests' | 'creates';
  readonly options: readonly FaultOption[];
}

/** Faults of transport and storage that every simulated system can have. */
export const commonFaults = {
  'commit-then-reset': {
    summary: 'Takes effect, then resets the connection.',
    hits: 'modifying requests',
    options: [],
  },
  'commit-then-hang': { summary: 'Takes effect, then never answers.', hits: 'modifying requests', options: [] },
  'commit-then-500': { summary: 'Takes effect, then answers 500.', hits: 'modifying requests', options: [] },
  'commit-late': {
    summary:
      'Holds the request and takes effect after `ms` (3000), even when the client has gone, unless maxServerTime has passed.',
    hits: 'modifying requests',
    options: ['ms'],
  },
  'half-body': { summary: 'Takes effect, then sends half of the answer.', hits: 'modifying requests', options: [] },
  '200-and-nothing-changed': { summary: 'Answers 200 and changes nothing.', hits: 'modifying requests', options: [] },
  '201-then-missing': { summary: 'Answers 201 with a number that is never stored.', hits: 'creates', options: [] },
  hang: { summary: 'Never answers and does nothing.', hits: 'any request', options: [] },
  slow: { summary: 'Waits `ms` (1000) first.', hits: 'any request', options: ['ms'] },
  'unavailable-503': { summary: 'Answers 503.', hits: 'any request', options: ['retryAfter'] },
  'throttled-429': {
    summary: 'Answers 429; `retryAfter` is a number of seconds or the raw header.',
    hits: 'any request',
    options: ['retryAfter'],
  },
  'token-revoked': { summary: 'Revokes the access token that is presented.', hits: 'any request', options: [] },
  'html-login-page-with-200': { summary: 'Answers a log-on page with status 200.', hits: 'any request', options: [] },
} as const satisfies Record<string, FaultKind>;

const decimal = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'a decimal string');

const requestSchema = z.strictObject({
  fault: z.string(),
  times: z.int().min(1).max(1_000_000).optional(),
  probability: z.number().gt(0).max(1).optional(),
  entity: z.string().min(1).max(100).optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']).optional(),
  ms: z.int().min(0).max(86_400_000).optional(),
  retryAfter: z.union([z.number(), z.string().regex(/^[\x20-\x7e]*$/)]).optional(),
  factor: z.union([z.number().positive(), decimal]).optional(),
  amount: decimal.optional(),
  user: z.string().min(1).max(12).optional(),
});

/** A fault that waits for its requests; `times` counts down, without it the fault stays until it is disarmed. */
export type ArmedFault = z.infer<typeof requestSchema>;

/** Thrown for an invalid arming request; `field` names the part that is wrong. */
export class FaultRefused extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'FaultRefused';
    this.field = field;
  }
}

/** Arms faults and hands them out, one request at a time; what is armed survives the process. */
export interface Faults {
  kinds: Readonly<Record<string, FaultKind>>;
  armed(): readonly ArmedFault[];
  arm(request: unknown): ArmedFault;
  disarm(): void;
  /** The first armed fault among `names` that hits this call, counted down; undefined when none does. */
  take(names: readonly string[], call: Call): ArmedFault | undefined;
}

const options: readonly FaultOption[] = ['ms', 'retryAfter', 'factor', 'amount', 'user'];

const parse = (request: unknown, kinds: Readonly<Record<string, FaultKind>>): ArmedFault => {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
    throw new FaultRefused(String(field ?? 'body'), issue?.message ?? 'invalid');
  }
  const kind = Object.hasOwn(kinds, parsed.data.fault) ? kinds[parsed.data.fault] : undefined;
  if (!kind) throw new FaultRefused('fault', `unknown fault; known are ${Object.keys(kinds).join(', ')}`);
  for (const option of options) {
    if (parsed.data[option] === undefined || kind.options.includes(option)) continue;
    throw new FaultRefused(option, `${parsed.data.fault} takes no ${option}`);
  }
  const { times, probability } = parsed.data;
  return times === undefined && probability === undefined ? { ...parsed.data, times: 1 } : parsed.data;
};

const hits = (kind: FaultKind | undefined, { modifying, method }: Call): boolean =>
  kind?.hits === 'any request' || (modifying && (kind?.hits === 'modifying requests' || method === 'POST'));

/** Whether a fault is meant for a call; its probability is drawn last, so that only calls in question use it up. */
const isFor = (fault: ArmedFault, kind: FaultKind | undefined, call: Call, random: () => number): boolean =>
  (fault.entity === undefined ? !call.apart : fault.entity === call.entity) &&
  (fault.method === undefined || fault.method === call.method) &&
  hits(kind, call) &&
  (fault.probability === undefined || random() < fault.probability);

/** One time less; nothing when that was the last. */
const countedDown = (fault: ArmedFault): readonly ArmedFault[] =>
  fault.times === undefined ? [fault] : fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];

/** Keeps armed faults in `state`; `random` decides those with a probability. */
export const createFaults = (inputs: {
  state: State;
  random(): number;
  kinds: Readonly<Record<string, FaultKind>>;
}): Faults => {
  const { state, random, kinds } = inputs;
  let armed: readonly ArmedFault[] = z.array(requestSchema).parse(JSON.parse(state.setting('faults') ?? '[]'));
  const keep = (next: readonly ArmedFault[]) => {
    armed = next;
    state.set('faults', JSON.stringify(next));
  };
  return {
    kinds,
    armed: () => armed,
    arm: (request) => {
      const fault = parse(request, kinds);
      keep([...armed, fault]);
      return fault;
    },
    disarm: () => keep([]),
    take: (names, call) => {
      const taken = armed.find(
        (fault) => names.includes(fault.fault) && isFor(fault, kinds[fault.fault], call, random),
      );
      if (taken) keep(armed.flatMap((fault) => (fault === taken ? countedDown(fault) : [fault])));
      return taken;
    },
  };
};
