import type { Endpoints } from './local-stack.ts';
import { guideOf, type Told } from './tour/guide.ts';
import { steps } from './tour/steps.ts';

/** Plays the tour over signed HTTP against a running stack; each step is told as soon as it is over. */
export async function playTour(endpoints: Endpoints, tell: (step: Told) => void): Promise<boolean> {
  const guide = await guideOf(endpoints);
  let good = true;
  for (const step of steps) {
    const told = await step(guide);
    tell(told);
    good &&= told.asExpected;
  }
  return good;
}
