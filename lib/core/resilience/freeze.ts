import type { Freeze } from './admission.ts';

/** A time in which nothing is written to a system, although it works: a closing, a stock count, maintenance. */
export type FreezeWindow = { readonly reason: string } & (
  | {
      /** ISO instants with their offset. */
      readonly from: string;
      readonly to: string;
    }
  | {
      /** `22:00-02:00` in the company's time zone; over midnight where it ends before it begins. */
      readonly daily: string;
    }
);

/** The window that a moment (ms) lies in: of several, the one that ends last. */
export function frozenAt(
  windows: readonly FreezeWindow[],
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): Freeze | undefined {
  const frozen = windows.flatMap((window) => {
    const until = endOf(window, now, timeZone);
    return until === undefined ? [] : [{ reason: window.reason, until }];
  });
  return frozen.toSorted((a, b) => b.until - a.until)[0];
}

function endOf(window: FreezeWindow, now: number, timeZone: string): number | undefined {
  if ('from' in window) {
    const until = Date.parse(window.to);
    return Date.parse(window.from) <= now && now < until ? until : undefined;
  }
  const [from = 0, to = 0] = window.daily.split('-').map(minutesOf);
  const minute = minutesOf(timeOfDay(now, timeZone));
  const isInside = from < to ? from <= minute && minute < to : from <= minute || minute < to;
  return isInside ? now + ((to - minute + day) % day) * 60_000 - (now % 60_000) : undefined;
}

const day = 24 * 60;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Kept, because making one reads the tables of its time zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

function timeOfDay(now: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(now);
}
