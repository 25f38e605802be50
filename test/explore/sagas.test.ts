import { expect, test, vi } from 'vitest';
import { broken } from './sagas/broken.ts';
import { explore } from './sagas/explorer.ts';
import { firstWrong, scheduleOf, shrunk, wrongAfter } from './sagas/search.ts';

// What the product logs about the faults; its logger reads this as it is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const minutes = 60_000;

test(
  'whatever fails, dies, is lost, comes late or twice: of a saga everything is there, or nothing, or a person is asked and sees what there is',
  async () => {
    const wrong = await firstWrong(
      { seed: 1, schedules: 2_000 },
      async (schedule) => (await wrongAfter(schedule)).length > 0,
    );
    const again = `npm run explore -- sagas --seed ${wrong} --schedules 1`;
    expect(wrong === undefined ? undefined : { again, ...(await shrunk(wrong)) }).toBeUndefined();
  },
  5 * minutes,
);

test('a schedule has the same life each time', async () => {
  const lives = [await explore(scheduleOf(7), {}, { told: true }), await explore(scheduleOf(7), {}, { told: true })];
  expect(lives[0]?.trace.length).toBeGreaterThan(10);
  expect(lives[0]?.trace).toEqual(lives[1]?.trace);
});

test.each(Object.entries(broken))(
  'it is noticed when %s',
  async (_, { rule, wrong: kind }) => {
    const noticed = await firstWrong({ seed: 1, schedules: 2_000 }, async (schedule) =>
      (await wrongAfter(schedule, rule)).some((wrong) => kind.test(wrong)),
    );
    expect(noticed).toBeDefined();
  },
  2 * minutes,
);
