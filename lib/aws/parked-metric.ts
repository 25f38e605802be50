import { tell } from './emf.ts';
import { allParked, type parkedIndex } from './parked-index.ts';

/** Tells how many operations of a system wait for an operator, and for how long the one that waits longest. */
export async function tellParked(
  page: ReturnType<typeof parkedIndex>,
  { system, now }: { readonly system: string; readonly now: number },
): Promise<void> {
  for (const state of ['review', 'dead'] as const) {
    let count = 0;
    let oldest = now;
    for await (const { since } of allParked(page, system, state)) {
      count++;
      oldest = Math.min(oldest, since);
    }
    const parkedFor = Math.round((now - oldest) / 1000);
    tell({ system, state }, { Parked: ['Count', count], ParkedFor: ['Seconds', parkedFor] });
  }
}
