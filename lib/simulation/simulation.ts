import { simulationClock } from './clock.ts';
import { control, type People } from './control.ts';
import { createFaults, type FaultKind } from './faults.ts';
import { meetTransportFaults, type Stage } from './misbehave.ts';
import { seededRandom } from './random.ts';
import { type Delivery, type Incoming, listen, whole } from './server.ts';
import { type Change, openState } from './state.ts';
import { type Call, createTraffic } from './traffic.ts';

/** How one kind of system is simulated on top of what all of them share. */
export interface SimulatedSystem {
  /** Names the kind and the layout of its state, e.g. `s4hana-1`. */
  readonly version: string;
  readonly faults: Readonly<Record<string, FaultKind>>;
  /** What its users can be made to do, by name. */
  readonly people?: People;
  /** The documents that exist from the start, for a state created at `now` (milliseconds since the epoch). */
  fill(inputs: { now: number; seed: number }): readonly Change[];
  /** What the request addresses, in the system's own words, for counts and faults. */
  classify(incoming: Incoming): Call;
  /** Opens the system for requests; what it keeps in memory only belongs in here. */
  open(stage: Stage): (incoming: Incoming, call: Call) => Promise<Delivery>;
}

/** What a simulator's caller decides. */
export interface SimulationOptions {
  /** 0 or absent takes any free port. */
  readonly port?: number;
  /** Directory of the durable state; absent keeps it in memory. */
  readonly state?: string;
  readonly clock?: { now(): number };
  readonly seed?: number;
  /** Milliseconds after which an abandoned request no longer takes effect; 600,000 unless told. */
  readonly maxServerTime?: number;
}

/** A simulator that answers on 127.0.0.1. */
export interface RunningSimulation {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const DEFAULT_SEED = 20_240_601;

const setStage = (system: SimulatedSystem, options: SimulationOptions): Stage & { seed: number } => {
  const state = openState({ directory: options.state, version: system.version });
  const seed = Number(state.setting('seed') ?? options.seed ?? DEFAULT_SEED);
  const clock = simulationClock({
    ...(options.clock && { injected: options.clock }),
    offset: Number(state.setting('clock offset') ?? 0),
    moved: (offset) => state.set('clock offset', String(offset)),
  });
  if (state.setting('seed') === undefined) {
    state.commit(system.fill({ now: clock.now(), seed }));
    state.set('seed', String(seed));
  }
  return {
    state,
    clock,
    seed,
    faults: createFaults({ state, kinds: system.faults, random: seededRandom(seed) }),
    traffic: createTraffic(),
    maxServerTime: options.maxServerTime ?? 600_000,
    late: { release: new AbortController(), closed: false },
  };
};

/** Starts a simulated system: control routes under `/_sim`, everything else is the system's own. */
export const startSimulation = async (
  system: SimulatedSystem,
  options: SimulationOptions,
): Promise<RunningSimulation> => {
  const stage = setStage(system, options);
  const answer = system.open(stage);
  const about = () => ({ system: system.version, seed: stage.seed });
  const handle = async (incoming: Incoming): Promise<Delivery> => {
    if (/^\/_sim(\/|\?|$)/.test(incoming.target))
      return whole(await control({ ...stage, people: system.people ?? {} }, incoming, about));
    const call = system.classify(incoming);
    stage.traffic.count(call);
    return (await meetTransportFaults(stage, call, incoming)) ?? answer(incoming, call);
  };
  const server = await listen(options.port ?? 0, handle).catch((error: unknown) => {
    stage.state.close();
    throw error;
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    close: async () => {
      stage.late.closed = true;
      stage.late.release.abort();
      await server.close();
      stage.state.close();
    },
  };
};
