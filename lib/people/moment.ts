import { type Html, html } from './html.ts';

/** How moments are told, in the company's time zone. `ms` is epoch milliseconds. */
export interface Moments {
  readonly now: number;
  /** `Thu 2 Jul 2026, 16:00` */
  at(ms: number): Html;
  /** `3 min ago`, or `in 2 days`. */
  distance(ms: number): string;
  /** The same in short: `3 min. ago`. */
  age(ms: number): string;
}

/** Moments as seen at `now`. `timeZone` is an IANA name. */
export function momentsIn(timeZone: string, now: number): Moments {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return {
    now,
    at: (ms) => html`<time datetime="${new Date(ms).toISOString()}">${format.format(ms)}</time>`,
    distance: (ms) => distance(ms - now, 'long'),
    age: (ms) => distance(ms - now, 'short'),
  };
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function distance(ms: number, style: 'long' | 'short'): string {
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'always', style });
  const [unit, length] = units.find(([, each]) => Math.abs(ms) >= each) ?? [undefined, 1];
  return unit === undefined ? 'just now' : words.format(Math.trunc(ms / length), unit);
}
