import fc from 'fast-check';
import { type Broken, explore } from './explorer.ts';
import { type Schedule, schedules } from './schedule.ts';
import { verdict } from './verdict.ts';

/** A schedule that went wrong, as short as it could be made. */
export interface Finding {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly schedule: Schedule;
  readonly trace: readonly string[];
}

/** Longest time that is spent on making a schedule shorter, in ms. */
const shrinkFor = 60_000;

/** The schedule of a seed: the same one wherever and however often it is asked for. */
export function scheduleOf(seed: number): Schedule {
  const [schedule] = fc.sample(schedules, { seed, numRuns: 1 });
  if (!schedule) throw new Error('there is no schedule');
  return schedule;
}

/** Everything that is wrong after a schedule. */
export async function wrongAfter(schedule: Schedule, broken: Broken = {}): Promise<string[]> {
  return verdict(await explore(schedule, broken));
}

/** The first of so many seeds after whose schedule something is wrong. */
export async function firstWrong(
  { seed, schedules: most }: { readonly seed: number; readonly schedules: number },
  isWrong: (schedule: Schedule) => Promise<boolean>,
): Promise<number | undefined> {
  for (let each = seed; each < seed + most; each++) if (await isWrong(scheduleOf(each))) return each;
  return undefined;
}

/** Makes the schedule of a seed shorter for as long as the same thing goes wrong. */
export async function shrunk(seed: number, broken: Broken = {}): Promise<Finding> {
  const [first = ''] = await wrongAfter(scheduleOf(seed), broken);
  const { counterexample } = await fc.check(
    fc.asyncProperty(schedules, async (schedule) => !(await wrongAfter(schedule, broken)).includes(first)),
    { seed, numRuns: 1, interruptAfterTimeLimit: shrinkFor, markInterruptAsFailure: false },
  );
  const [schedule = scheduleOf(seed)] = counterexample ?? [];
  const explored = await explore(schedule, broken);
  return { seed, wrong: verdict(explored), schedule, trace: explored.trace };
}
