import { searching } from '../search.ts';
import { type Broken, explore } from './explorer.ts';
import { schedules } from './schedule.ts';

/** Of sagas. */
export const { scheduleOf, wrongAfter, wrongOf, firstWrong, shrunk } = searching(
  schedules,
  async (schedule, broken: Broken, { told }) => {
    const watch = await explore(schedule, broken, { told });
    return { wrong: await watch.verdict(), trace: watch.trace };
  },
);
