import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type WorkingTime, weekdays } from '../../../../lib/core/approval/settings.ts';
import { afterHours } from '../../../../lib/core/approval/working-time.ts';

const timeZone = 'Europe/Berlin';
const office: WorkingTime = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '17:00',
  holidays: ['2026-12-25'],
};
const after = (start: string, hours: number, workingTime: WorkingTime | undefined = office, zone = timeZone) =>
  new Date(afterHours(Date.parse(start), hours, { timeZone: zone, workingTime })).toISOString();

test('without a working time all hours count', () => {
  expect(
    new Date(afterHours(Date.parse('2026-11-20T15:00:00Z'), 72, { timeZone, workingTime: undefined })).toISOString(),
  ).toBe('2026-11-23T15:00:00.000Z');
});

test('nights, weekends and holidays do not count', () => {
  // Friday 16:00 in Berlin: one hour is left of the day.
  expect(after('2026-11-20T15:00:00Z', 1)).toBe('2026-11-20T16:00:00.000Z');
  expect(after('2026-11-20T15:00:00Z', 3)).toBe('2026-11-23T09:00:00.000Z');
  expect(after('2026-11-21T12:00:00Z', 9)).toBe('2026-11-23T16:00:00.000Z');
  expect(after('2026-11-23T03:00:00Z', 1)).toBe('2026-11-23T08:00:00.000Z');
  // The day before Christmas in the evening; the 25th is a holiday, and a weekend follows.
  expect(after('2026-12-24T18:00:00Z', 0.5)).toBe('2026-12-28T07:30:00.000Z');
});

test('the hour is that of the company on both sides of a change of its clocks', () => {
  expect(after('2026-03-27T15:00:00Z', 2)).toBe('2026-03-30T07:00:00.000Z');
  expect(after('2026-10-23T14:00:00Z', 2)).toBe('2026-10-26T08:00:00.000Z');
  const always: WorkingTime = { days: weekdays, from: '00:00', to: '24:00' };
  expect(after('2026-03-28T12:00:00Z', 48, always)).toBe('2026-03-30T12:00:00.000Z');
});

test('a time that clocks skip is the one after the gap', () => {
  const early: WorkingTime = { days: ['sun'], from: '02:30', to: '06:00' };
  expect(after('2026-03-28T12:00:00Z', 1, early)).toBe('2026-03-29T02:30:00.000Z');
});

const quarter = 900_000;
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
const clocks = new Map(
  zones.map((zone) => [
    zone,
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      ...{ weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    }),
  ]),
);

/** Whether somebody works in the quarter of an hour that begins at a moment; told by Intl alone. */
function works(moment: number, { days, from, to, holidays = [] }: WorkingTime, zone: string): boolean {
  const parts = clocks.get(zone)?.formatToParts(moment) ?? [];
  const { weekday = '', year, month, day, hour, minute } = Object.fromEntries(parts.map((p) => [p.type, p.value]));
  const clock = `${hour}:${minute}`;
  const isDay = days.some((each) => each === weekday.toLowerCase()) && !holidays.includes(`${year}-${month}-${day}`);
  return isDay && clock >= from && clock < to;
}

test('whatever the zone, the week and the start, exactly so many hours of work have passed by then', () => {
  const workingTime = fc.record({
    days: fc.subarray([...weekdays], { minLength: 1 }),
    from: fc.constantFrom('00:00', '07:30', '09:00'),
    to: fc.constantFrom('12:15', '17:00', '24:00'),
    holidays: fc.subarray(['2026-03-30', '2026-10-26', '2026-11-02', '2026-04-01']),
  });
  // Around both changes of the clocks, in both halves of the world.
  const start = fc
    .tuple(fc.constantFrom('2026-03-06', '2026-03-27', '2026-04-03', '2026-10-02', '2026-10-23'), fc.nat(400))
    .map(([day, quarters]) => Date.parse(day) + quarters * quarter);
  fc.assert(
    fc.property(
      workingTime,
      start,
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom(...zones),
      (week, from, n, zone) => {
        const end = afterHours(from, n / 4, { timeZone: zone, workingTime: week });
        let worked = 0;
        for (let moment = from; moment < end; moment += quarter) if (works(moment, week, zone)) worked++;
        expect(worked).toBe(n);
        expect(works(end - quarter, week, zone)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});
