import type { VirtualClock } from './virtual-clock.ts';

/** How one way out of a process goes; times in ms. */
export interface Way {
  readonly there: number;
  readonly back: number;
  /** `unreached`: it fails before it has done anything. `unanswered`: it has done its work and nobody learns of it. */
  readonly end: 'well' | 'unreached' | 'unanswered' | 'dies before' | 'dies after';
}

/** Where a way leads to. */
export type Place = 'operations' | 'approvals' | 'index' | 'journal' | 'meter' | 'queue' | 'system';

/** A process of ours: it may die at every await that leaves it, and then nothing of it goes on. */
export interface Process {
  readonly name: string;
  isDead(): boolean;
  die(): void;
  /** Goes out and comes back, unless it fails on its way. */
  trip<T>(place: Place, go: () => T): Promise<T>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** What a promise comes to, if the process lives to see it. */
  lives<T>(work: Promise<T>): Promise<T>;
}

/** What a way that failed throws. */
export class WayLost extends Error {}

/** Starts a process whose ways go as somebody decides. */
export function startProcess(
  name: string,
  {
    clock,
    wayTo,
    onDeath = () => {},
  }: { clock: VirtualClock; wayTo(place: Place, name: string): Way; onDeath?(): void },
): Process {
  let isDead = false;
  const die = (): void => {
    if (!isDead) onDeath();
    isDead = true;
  };
  const trip = <T>(place: Place, go: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      if (isDead) return;
      const { there, back, end } = wayTo(place, name);
      if (end === 'dies before') die();
      if (isDead) return;
      const arrive = (): void => {
        const answer = end === 'unreached' ? lost(place) : tried(go);
        if (end === 'dies after') die();
        if (isDead) return;
        const told = end === 'unanswered' ? lost(place) : answer;
        after(back, () => {
          if (isDead) return;
          if ('value' in told) resolve(told.value);
          else reject(told.error);
        });
      };
      after(there, arrive);
    });
  const after = (ms: number, run: () => void): void => (ms === 0 ? run() : clock.at(clock.now() + ms, run));
  const lives = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(
        (value) => !isDead && resolve(value),
        (error) => !isDead && reject(error),
      );
    });
  return { name, isDead: () => isDead, die, trip, lives, sleep: (ms, signal) => lives(clock.sleep(ms, signal)) };
}

type Tried<T> = { readonly value: T } | { readonly error: unknown };

function tried<T>(go: () => T): Tried<T> {
  try {
    return { value: go() };
  } catch (error) {
    return { error };
  }
}

const lost = (place: Place): Tried<never> => ({ error: new WayLost(`${place} down`) });
