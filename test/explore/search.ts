import fc from 'fast-check';
import { type Broken, explore } from './explorer.ts';
import { schedules } from './schedule.ts';
import { verdict } from './verdict.ts';

/** A schedule that went wrong, as short as it could be made. */
export interface Finding<Schedule = unknown> {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly schedule: Schedule;
  readonly trace: readonly string[];
}

/** What whoever looks for what is wrong has to know. */
export interface Search {
  /** Everything that is wrong after the schedule of a seed. */
  wrongOf(seed: number): Promise<readonly string[]>;
  /** Its schedule, made shorter for as long as the same thing goes wrong. */
  shrunk(seed: number): Promise<Finding>;
}

/** What is wrong after a schedule, and what happened, where that is asked for. */
type Life<Schedule, Rules> = (
  schedule: Schedule,
  broken: Rules,
  asked: { readonly told: boolean },
) => Promise<Pick<Finding, 'wrong' | 'trace'>>;

/** Longest time that is spent on making a schedule shorter, in ms. */
const shrinkFor = 60_000;

/** Finds schedules that go wrong, by seeds. */
export function searching<Schedule, Rules extends object>(
  schedules: fc.Arbitrary<Schedule>,
  live: Life<Schedule, Rules>,
) {
  /** The schedule of a seed: the same one wherever and however often it is asked for. */
  const scheduleOf = (seed: number): Schedule => {
    const [schedule] = fc.sample(schedules, { seed, numRuns: 1 });
    if (schedule === undefined) throw new Error('there is no schedule');
    return schedule;
  };
  /** Everything that is wrong after a schedule. */
  const wrongAfter = async (schedule: Schedule, broken = {} as Rules): Promise<readonly string[]> =>
    (await live(schedule, broken, { told: false })).wrong;
  const wrongOf = (seed: number): Promise<readonly string[]> => wrongAfter(scheduleOf(seed));
  /** The first of so many seeds after whose schedule something is wrong. */
  const firstWrong = async (
    { seed, schedules: most }: { readonly seed: number; readonly schedules: number },
    isWrong: (schedule: Schedule) => Promise<boolean>,
  ): Promise<number | undefined> => {
    for (let each = seed; each < seed + most; each++) if (await isWrong(scheduleOf(each))) return each;
    return undefined;
  };
  /** Makes the schedule of a seed shorter for as long as the same thing goes wrong. */
  const shrunk = async (seed: number, broken = {} as Rules): Promise<Finding<Schedule>> => {
    const [first = ''] = await wrongAfter(scheduleOf(seed), broken);
    const { counterexample } = await fc.check(
      fc.asyncProperty(schedules, async (schedule) => !(await wrongAfter(schedule, broken)).includes(first)),
      { seed, numRuns: 1, interruptAfterTimeLimit: shrinkFor, markInterruptAsFailure: false },
    );
    const [schedule = scheduleOf(seed)] = counterexample ?? [];
    return { seed, schedule, ...(await live(schedule, broken, { told: true })) };
  };
  return { scheduleOf, wrongAfter, wrongOf, firstWrong, shrunk };
}

/** Of single operations. */
export const { scheduleOf, wrongAfter, wrongOf, firstWrong, shrunk } = searching(
  schedules,
  async (schedule, broken: Broken) => {
    const explored = await explore(schedule, broken);
    return { wrong: verdict(explored), trace: explored.trace };
  },
);
