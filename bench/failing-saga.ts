import * as z from 'zod';
import { id } from '../contracts/shapes.ts';
import { defineSaga } from '../lib/core/saga/saga.ts';
import { allocate, placeOrder, reserve } from './plain-erp/contracts.ts';

/** Two writes, and a third one that is always refused: both are undone. */
export const failingSaga = defineSaga({
  name: 'failing_saga',
  summary: 'Reserves, allocates, and is refused its order.',
  input: z.strictObject({ item: id('item'), pieces: z.int().min(1) }),
  output: z.strictObject({ order: z.string() }),
  examples: [{ input: { item: 'RM-6204', pieces: 10 }, output: { order: 'o-1' } }],
  script: (step, { item, pieces }) => {
    step.call('Reserve', reserve, { item, pieces });
    step.call('Allocate', allocate, { item, pieces });
    const order = step.call('Place_order', placeOrder, { item, pieces }, { pivot: true });
    return { order: order.document.id };
  },
});
