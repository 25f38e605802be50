import type { Slot } from './slots.ts';

/** Slots that this process has taken and not used yet. */
export interface Stock {
  put(slots: readonly Slot[]): void;
  /** Takes the earliest good one out that fits; a slot for writing is good for reading too. */
  draw(write: boolean): Slot | undefined;
  /** Takes those out that are no longer good. */
  late(): Slot[];
  /** Takes those of them out that are still there. */
  rest(slots: readonly Slot[]): Slot[];
}

/** An empty stock. */
export function stockOf(isGood: (slot: Slot) => boolean): Stock {
  const slots = new Set<Slot>();
  const out = (some: Iterable<Slot>): Slot[] => [...some].filter((slot) => slots.delete(slot));
  return {
    put: (some) => {
      for (const slot of some) slots.add(slot);
    },
    draw: (write) => {
      const fitting = [...slots].filter((slot) => isGood(slot) && (slot.line.write || !write));
      return out(fitting.toSorted((a, b) => a.at - b.at).slice(0, 1))[0];
    },
    late: () => out([...slots].filter((slot) => !isGood(slot))),
    rest: out,
  };
}
