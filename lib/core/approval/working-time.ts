import { Temporal } from 'temporal-polyfill';
import { type WorkingTime, weekdays } from './settings.ts';

/** Whose hours are counted. */
export interface Hours {
  /** IANA name. */
  readonly timeZone: string;
  /** Absent = all hours count. */
  readonly workingTime?: WorkingTime | undefined;
}

/**
 * The moment at which so many hours have passed since another; both epoch ms. Of a day only its working time counts, as
 * long as it really is: where clocks are put forward in it, an hour less.
 */
export function afterHours(start: number, hours: number, { timeZone, workingTime }: Hours): number {
  let left = Math.round(hours * 3_600_000);
  if (!workingTime) return start + left;
  let day = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone).toPlainDate();
  for (;;) {
    const [from, to] = workOn(day, timeZone, workingTime);
    const begin = Math.max(from, start);
    if (to - begin >= left) return begin + left;
    left -= Math.max(0, to - begin);
    day = day.add({ days: 1 });
  }
}

/** From when to when (epoch ms) work is done on a day; at once to its end where it is not. */
function workOn(
  day: Temporal.PlainDate,
  timeZone: string,
  { days, from, to, holidays = [] }: WorkingTime,
): readonly [from: number, to: number] {
  const weekday = weekdays[day.dayOfWeek - 1];
  const isOff = !days.some((each) => each === weekday) || holidays.includes(day.toString());
  const at = (time: string): number => momentOf(day, time, timeZone);
  return isOff ? [at(from), at(from)] : [at(from), at(to)];
}

/** A time that clocks skip is the one after the gap; of one that comes twice, the first. */
function momentOf(day: Temporal.PlainDate, time: string, timeZone: string): number {
  const [date, clock] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time];
  return date.toZonedDateTime({ timeZone, plainTime: clock }).epochMilliseconds;
}
