import fc from 'fast-check';

/** What one part of a schedule does; times in ms. */
export type Act =
  | {
      readonly do: 'create' | 'change';
      readonly key: number;
      readonly by: number;
      readonly about: number;
      readonly host: number;
      /** It commits so much that a person is asked. */
      readonly big: boolean;
    }
  | { readonly do: 'bad input' | 'read' | 'replay' | 'replay twice' | 'reconcile' | 'repair' | 'back' | 'redrive' }
  | { readonly do: 'redeliver turns' | 'double turns' | 'lose turns' | 'lose records' | 'repeat records' }
  /** `again`: the same call with the same key once more. */
  | { readonly do: 'kill' | 'again'; readonly which: number }
  | { readonly do: 'down' | 'deploy' | 'meddle'; readonly how: number }
  | { readonly do: 'pause'; readonly all: boolean }
  /** A person says yes or no to everything that waits for one. `wake`: the machine looks, whatever was said. */
  | { readonly do: 'decide'; readonly yes: boolean }
  | { readonly do: 'wake' };

/** An act, so long after the one before it. */
export type Step = Act & { readonly after: number };

/** How a way out of a process, or a request to the system, goes wrong: the nth one of all. */
export interface Fault<How> {
  readonly nth: number;
  readonly how: How;
}

/** What may become of a way out of a process. */
export const wayFaults = [
  'unreached',
  'unanswered',
  'dies before',
  'dies after',
  'slow',
  'slow',
  'slow',
  'very slow',
] as const;
/** What may become of any request. */
export const requestFaults = [
  ...['slow', 'hang', 'refuse connection', 'reset', 'log-on page'],
  ...['401', '423', '422', '429', '429 for long', '500', '503', '503 for a while'],
] as const;
/** What may become of a request that asks for an effect. */
export const sendFaults = [
  ...requestFaults,
  ...[
    'commit-then-reset',
    'commit-then-hang',
    'commit-then-500',
    'half-body',
    'commit-late',
    'commit-late',
    'commit-late',
  ],
  ...['missing', 'unchanged', 'dearer', 'cheaper', 'shown late'],
] as const;

/** One random life of everything. */
export interface Schedule {
  /** Decides about latencies; 0 = all are alike. */
  readonly pace: number;
  readonly steps: readonly Step[];
  readonly ways: readonly Fault<(typeof wayFaults)[number]>[];
  /** Of the reads, and of the requests that ask for an effect. */
  readonly reads: readonly Fault<(typeof requestFaults)[number]>[];
  readonly sends: readonly Fault<(typeof sendFaults)[number]>[];
}

const after = fc.constantFrom(0, 0, 30, 300, 2_000, 21_000, 130_000, 130_000, 400_000, 760_000);
const step = (act: fc.Arbitrary<Act>): fc.Arbitrary<Step> =>
  fc.tuple(after, act).map(([wait, what]) => ({ ...what, after: wait }));

/** Calls by hosts whose clocks are so wrong. */
const writing = (hosts: readonly number[]) =>
  fc.record({
    do: fc.constantFrom('create' as const, 'change' as const),
    key: fc.nat(1),
    by: fc.constantFrom(0, 0, 1),
    about: fc.constantFrom(0, 0, 0, 1),
    host: fc.constantFrom(...hosts),
    big: fc.constantFrom(false, false, false, false, true),
  });
const plain = fc.record({
  do: fc.constantFrom(
    ...([
      'replay',
      'replay',
      'replay twice',
      'reconcile',
      'reconcile',
      'repair',
      'back',
      'redrive',
      'read',
      'bad input',
    ] as const),
    ...(['redeliver turns', 'double turns', 'lose turns', 'lose records', 'repeat records'] as const),
  ),
});
const again = fc.record({ do: fc.constant('again' as const), which: fc.nat(3) });
const people = fc.oneof(
  fc.record({ do: fc.constant('decide' as const), yes: fc.constantFrom(true, true, false) }),
  fc.constant({ do: 'wake' as const }),
);
const trouble = fc.oneof(
  fc.record({ do: fc.constant('kill' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('down' as const, 'deploy' as const, 'meddle' as const), how: fc.nat(3) }),
  fc.record({ do: fc.constant('pause' as const), all: fc.boolean() }),
);
const stepsWith = (hosts: readonly number[], minLength = 3) =>
  fc.array(
    fc.oneof(
      { arbitrary: step(writing(hosts)), weight: 6 },
      { arbitrary: step(again), weight: 4 },
      { arbitrary: step(plain), weight: 4 },
      { arbitrary: step(people), weight: 2 },
      { arbitrary: step(trouble), weight: 2 },
    ),
    { minLength, maxLength: 14, size: 'max' },
  );
/** A backlog that comes about while the system is down, and is carried out. */
const backlog = fc
  .tuple(
    fc.nat(3).map((how): Step => ({ do: 'down', how, after: 0 })),
    fc.array(step(writing([0])), { minLength: 1, maxLength: 3 }),
    fc.tuple(
      step(fc.constant({ do: 'back' as const })),
      step(fc.constantFrom({ do: 'replay' as const }, { do: 'replay twice' as const })),
    ),
    stepsWith([0], 0),
  )
  .map(([down, writes, rest, more]) => [down, ...writes, ...rest, ...more]);
/** So many faults of these kinds at most, each at one of the first n places. */
export const faults = <How extends string>(kinds: readonly How[], nth: number, maxLength: number) =>
  fc.array(fc.record({ nth: fc.nat(nth), how: fc.constantFrom(...kinds) }), { maxLength, size: 'max' });

/** Random schedules, all equally likely: what is most often wrong is not what is shortest. */
export const schedules: fc.Arbitrary<Schedule> = fc.noBias(
  fc.record({
    pace: fc.nat(1_000),
    steps: fc.oneof(
      { arbitrary: backlog, weight: 2 },
      { arbitrary: stepsWith([0]), weight: 4 },
      { arbitrary: stepsWith([0, 0, -3_600_000, 3_600_000]), weight: 1 },
    ),
    ways: faults(wayFaults, 200, 8),
    reads: faults(requestFaults, 20, 4),
    sends: faults(sendFaults, 4, 5),
  }),
);
