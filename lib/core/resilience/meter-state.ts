import * as z from 'zod';

const breakerSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('closed'),
    since: z.number(),
    /** In a row. */
    failures: z.number(),
    /** How often it opened without having stayed closed in between. */
    openings: z.number(),
    /** The window in which the share of failures is counted: its begin, the slots handed out until then, its failures. */
    window: z.object({ from: z.number(), calls: z.number(), failures: z.number() }),
  }),
  z.object({ state: z.literal('open'), since: z.number(), until: z.number(), openings: z.number() }),
  /** One request is on its way to find out; `until` is its deadline. */
  z.object({
    state: z.literal('half-open'),
    since: z.number(),
    until: z.number(),
    openings: z.number(),
    probe: z.string(),
  }),
]);

/** Whether a system is believed to work; times in ms. */
export type Breaker = z.output<typeof breakerSchema>;

const pauseSchema = z.object({
  by: z.string(),
  reason: z.string(),
  at: z.number(),
  /** Reads too; otherwise only writes are held. */
  all: z.boolean(),
});

/** What all processes know about one system; one item. Times are the store's, in ms. */
export const meterSchema = z.object({
  /** Goes up whenever breaker, pause or `waitUntil` change. */
  gate: z.number(),
  breaker: breakerSchema,
  pause: pauseSchema.optional(),
  /** The system asked for silence until then. */
  waitUntil: z.number().optional(),
  /** Time of the next free slot. */
  nextAt: z.number(),
  /** Slots handed out so far. */
  calls: z.number(),
  /** Who may be speaking to the system now, and until when at the latest. */
  held: z.record(z.string(), z.number()),
});

/** The state of a meter. */
export type MeterState = z.output<typeof meterSchema>;
/** The part of it that decides whether anybody may call at all. */
export type Gate = Pick<MeterState, 'breaker' | 'pause' | 'waitUntil'>;

/** A meter that nobody has used yet; a used one has a higher `gate`. */
export const unusedMeter: MeterState = {
  gate: 0,
  breaker: { state: 'closed', since: 0, failures: 0, openings: 0, window: { from: 0, calls: 0, failures: 0 } },
  nextAt: 0,
  calls: 0,
  held: {},
};

/** One atomic write to a meter. It is lost where one of its conditions no longer holds. */
export interface MeterChange {
  /** Condition: the gate is still the one that was seen. */
  readonly seen: number;
  /** The gate from now on. */
  readonly gate?: Gate | undefined;
  readonly take?: Take | undefined;
  /** Entries of `held` that go; where something is taken too, condition: they are all there. */
  readonly free: readonly string[];
}

/** Slots that are taken, `interval` apart. */
export interface Take {
  readonly ids: readonly string[];
  /** Condition: `nextAt` lies between these two. */
  readonly between: readonly [number, number];
  /** Time of the first slot; where it is absent, `nextAt`. */
  readonly at?: number | undefined;
  readonly interval: number;
  /** When the entries in `held` end. */
  readonly until: number;
  /** Condition: no more than this many are in `held` before the change. */
  readonly room: number;
}

/** The state after a change, or nothing where the change is lost: what every store of meters does in one step. */
export function afterChange(state: MeterState, { seen, gate, take, free }: MeterChange): MeterState | undefined {
  if (state.gate !== seen) return undefined;
  const held = { ...state.held };
  if (take) {
    const [from, to] = take.between;
    const isLost = state.nextAt < from || state.nextAt > to || Object.keys(held).length > take.room;
    if (isLost || free.some((id) => !Object.hasOwn(held, id))) return undefined;
  }
  for (const id of free) delete held[id];
  for (const id of take?.ids ?? []) held[id] = take?.until ?? 0;
  const moves = gate !== undefined || seen === unusedMeter.gate;
  const after = { ...(gate ? withGate(state, gate) : state), gate: moves ? seen + 1 : seen, held };
  if (!take) return after;
  const { ids, interval, at = state.nextAt } = take;
  return { ...after, nextAt: at + ids.length * interval, calls: state.calls + ids.length };
}

/** A gate is replaced as a whole: what it lacks is gone. */
const withGate = ({ nextAt, calls, held }: MeterState, gate: Gate): Omit<MeterState, 'gate'> => ({
  ...{ nextAt, calls, held },
  ...gate,
});

/** Where a meter is kept. Throws `STORE_UNAVAILABLE`. */
export interface MeterStore {
  read(): Promise<MeterState>;
  /** Applies a change as `afterChange` says, atomically; where it is lost, answers the state that was in the way. */
  change(change: MeterChange): Promise<{ readonly won: boolean; readonly state: MeterState }>;
}
