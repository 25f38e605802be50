import { seededRandom } from '../../../../lib/simulation/random.ts';

/** Seeded choices: the same seed draws the same company on every machine. */
export interface Draw {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** Draws from one seed. */
export const createDraw = (seed: number): Draw => {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  return {
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    chance: (probability) => random() < probability,
  };
};

/** A list that is known to hold something, so that a choice from it always exists. */
export const some = <T>(list: readonly T[]): readonly [T, ...T[]] => {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('Nothing to choose from.');
  return [first, ...rest];
};

/** Calendar days around the day on which the state was created. */
export interface Calendar {
  /** The civil date so many days from the first day; negative is the past. */
  day(offset: number): string;
  /** An instant on that day, some time in working hours. */
  instant(offset: number): string;
  readonly now: number;
}

const DAY = 86_400_000;

/** A calendar whose day 0 is the day of `now`. */
export const createCalendar = (now: number): Calendar => {
  const day = (offset: number) => new Date(now + offset * DAY).toISOString().slice(0, 10);
  return {
    now,
    day,
    instant: (offset) => `${day(offset)}T09:${String(Math.abs(offset) % 60).padStart(2, '0')}:00.000Z`,
  };
};
