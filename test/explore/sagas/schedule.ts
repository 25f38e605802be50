import fc from 'fast-check';
import { faults, wayFaults } from '../schedule.ts';
import { scripts } from './scripts.ts';
import { type Fate, fates, requests } from './shop.ts';

/** What happens while a saga is under way; times in ms. */
export type Act = {
  readonly do:
    | 'start again'
    | 'start otherwise'
    | 'abort'
    | 'restart'
    | 'wake all'
    | 'work'
    | 'look after'
    | 'repair'
    | 'lose records'
    | 'repeat records'
    | 'take the grant'
    | 'lower the limit'
    | 'close'
    | 'open'
    | 'kill'
    | 'look'
    | OperatorAct;
};

/**
 * What an operator does about the first step that is left, or that failed. `give back`: the thing is given back in the shop by
 * hand. `settle`: what is in review is what the shop shows. `mend`: nothing is refused or closed any more. `pretend`: the step is said to be undone, though the shop may not show it.
 */
export const operatorActs = [
  'retry',
  'mark',
  'pretend',
  'confirm',
  'give up',
  'redrive',
  'give back',
  'settle',
  'mend',
] as const;
/** One of them. */
export type OperatorAct = (typeof operatorActs)[number];

/** One of them, so long after the one before it. */
export type Step = Act & { readonly after: number };

/** The nth request of a kind meets a fate. */
export interface RequestFault {
  readonly what: (typeof requests)[number];
  readonly nth: number;
  readonly how: Fate;
  /** How much later, where it is carried out late. */
  readonly ms: number;
}

/**
 * What may become of the call of a function: the connection to it is lost while it goes on, perhaps slowly; there is no room for it; its
 * answer never comes; it dies when its work is done.
 */
export const callFaults = ['lost', 'straggles', 'throttled', 'no answer', 'dies after'] as const;

/** What may become of a way out of a process; `late`: it takes long to get there. */
const waysLost = [...wayFaults, 'late'] as const;

/** One random life of a saga. */
export interface Schedule {
  readonly saga: string;
  /** Decides about latencies; 0 = there are none. */
  readonly pace: number;
  readonly isBlocked: boolean;
  readonly isDear: boolean;
  readonly requests: readonly RequestFault[];
  /** What is refused, or closed, whenever it is asked for. */
  readonly always: readonly { readonly what: (typeof requests)[number]; readonly how: 'refused' | 'closed' }[];
  readonly ways: readonly { readonly nth: number; readonly how: (typeof waysLost)[number] }[];
  readonly calls: readonly { readonly nth: number; readonly how: (typeof callFaults)[number] }[];
  readonly steps: readonly Step[];
  /** What operators do one after the other, as long as the saga waits for them. */
  readonly operators: readonly OperatorAct[];
  /** What people say who are asked, and when; never without. */
  readonly approval: { readonly yes: boolean; readonly after: number } | undefined;
}

const seldom = (times: number) => fc.nat(times).map((n) => n === 0);
const acts: readonly Act['do'][] = [
  ...(['start again', 'start again', 'start otherwise', 'abort', 'abort', 'restart', 'wake all', 'work'] as const),
  ...([
    'look after',
    'repair',
    'lose records',
    'repeat records',
    'take the grant',
    'lower the limit',
    'close',
    'open',
    'kill',
  ] as const),
  ...(['look', 'look', 'retry', 'pretend', 'give up', 'redrive', 'give back', 'settle'] as const),
];

const asked = {
  nth: fc.constantFrom(0, 0, 0, 1, 2, 3),
  ms: fc.integer({ min: 100, max: 599_000 }),
};
const anything: fc.Arbitrary<Schedule> = fc.record({
  saga: fc.constantFrom(...Object.keys(scripts)),
  pace: fc.oneof(fc.constant(0), fc.nat(1_000)),
  isBlocked: seldom(7),
  isDear: fc.boolean(),
  requests: fc.array(
    fc.record({
      what: fc.constantFrom(...requests),
      nth: fc.constantFrom(0, 0, 0, 1, 2, 3),
      how: fc.constantFrom(...fates),
      ms: fc.integer({ min: 100, max: 599_000 }),
    }),
    { maxLength: 6, size: 'max' },
  ),
  always: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    {
      arbitrary: fc.array(
        fc.record({
          what: fc.constantFrom(...requests),
          how: fc.constantFrom('refused' as const, 'refused' as const, 'closed' as const),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      weight: 2,
    },
  ),
  ways: faults(waysLost, 150, 6),
  calls: faults(callFaults, 30, 4),
  steps: fc.array(
    fc.record({
      do: fc.constantFrom(...acts),
      after: fc.constantFrom(0, 0, 30, 300, 2_000, 21_000, 70_000, 130_000, 400_000, 760_000),
    }),
    { maxLength: 8, size: 'max' },
  ),
  operators: fc.array(fc.constantFrom(...operatorActs), { maxLength: 5, size: 'max' }),
  approval: fc.constantFrom(
    ...[
      { yes: true, after: 0 },
      { yes: true, after: 40_000 },
      { yes: true, after: 3_600_000 },
    ],
    ...[
      { yes: true, after: 30 * 3_600_000 },
      { yes: true, after: 80 * 3_600_000 },
      { yes: false, after: 1_000 },
    ],
    ...[{ yes: false, after: 3_600_000 }, undefined],
  ),
});

const act = (does: readonly Act['do'][], after: readonly number[]): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constantFrom(...does), after: fc.constantFrom(...after) });

/** Functions that go on after their machine has lost them, and do their work when nobody wants it any more. */
const stragglers = fc.record({
  pace: fc.constant(0),
  calls: fc.array(fc.record({ nth: fc.integer({ min: 1, max: 9 }), how: fc.constant('straggles' as const) }), {
    minLength: 1,
    maxLength: 2,
  }),
  steps: fc.tuple(act(['take the grant', 'lower the limit', 'give up'], [30, 300])),
});

/** The way forward is given up while an execution, in the place of another one, is not yet where that one was. */
const replaced = fc.record({
  saga: fc.constant('take_and_tell'),
  isDear: fc.constant(true),
  approval: fc.constant({ yes: true, after: 3_600_000 }),
  always: fc.constant([]),
  steps: fc.tuple(act(['abort'], [70_000, 130_000]), act(['repair'], [0, 30, 300]), act(['give up'], [300, 21_000])),
});

/** The way forward is given up before what nothing undoes, while that is tried once more. */
const turned = fc.record({
  saga: fc.constant('send_once'),
  isBlocked: fc.constant(false),
  always: fc.constant([]),
  requests: fc.tuple(
    fc.record({
      ...asked,
      nth: fc.constant(0),
      what: fc.constant('send_goods' as const),
      how: fc.constantFrom('locked' as const, 'locked' as const, 'locked' as const, 'early' as const),
    }),
  ),
  ways: faults(['slow'], 90, 16),
  steps: fc.tuple(act(['give up'], [30, 300, 1_000, 2_000, 6_000, 9_000])),
});

/** Much goes wrong while two steps are undone. */
const hindered = fc.record({
  saga: fc.constant('take_three'),
  always: fc.constant([{ what: 'take_c' as const, how: 'refused' as const }]),
  approval: fc.constant({ yes: true, after: 0 }),
  ways: faults(['unreached', 'unanswered', 'dies before', 'dies after'], 110, 8),
});

const special: fc.Arbitrary<Partial<Schedule>> = fc.oneof(stragglers, replaced, turned, hindered);
/** Random lives, all equally likely: what is most often wrong is not what is shortest. One in three is made for what seldom meets. */
export const schedules: fc.Arbitrary<Schedule> = fc.noBias(
  fc.oneof(
    { arbitrary: anything, weight: 2 },
    {
      arbitrary: fc
        .tuple(anything, special)
        .map(([life, more]) => ({ ...life, ...more, steps: [...(more.steps ?? []), ...life.steps] })),
      weight: 1,
    },
  ),
);
