import * as z from 'zod';
import { id, writeOutput } from '../../contracts/shapes.ts';
import { type Comparison, defineContract } from '../../lib/core/contract.ts';

const wanted = z.strictObject({ item: id('item'), pieces: z.int().min(1) });
const made = writeOutput({ item: z.string(), pieces: z.int() });
const released = writeOutput({});

const example = { item: 'RM-6204', pieces: 10 };
const document = { document: { id: 'R-1', number: 'R-1' }, version: '1', deviations: [] };

const compare = (asked: z.output<typeof wanted>, actual: z.output<typeof made>): Comparison => ({
  ours: asked.item === actual.item && asked.pieces === actual.pieces,
  ...{ deviations: [], exceeds: false },
});

const releasing = <const Name extends string>(name: Name) =>
  defineContract({
    ...{ name, effect: 'update', summary: 'Releases what was taken.', errors: [] },
    ...{ input: z.strictObject({ document: id('document') }), output: released },
    examples: [{ input: { document: 'R-1' }, output: { ...document, status: 'cancelled' } }],
  });

/** Undo the first two writes of the saga. */
export const releaseReservation = releasing('release_reservation');
/** As the one before. */
export const releaseAllocation = releasing('release_allocation');

const taking = <const Name extends string>(name: Name, undo: typeof releaseReservation | typeof releaseAllocation) =>
  defineContract({
    ...{ name, effect: 'create', summary: 'Takes something.', input: wanted, output: made, errors: [], compare },
    examples: [{ input: example, output: { ...document, ...example, status: 'released' } }],
    undoneBy: { contract: undo, inputFor: ({ output }) => ({ document: output.document.id }) },
  });

/** Takes from the stock. */
export const reserve = taking('reserve', releaseReservation);
/** Takes from a budget. */
export const allocate = taking('allocate', releaseAllocation);

/** What the system always refuses. */
export const placeOrder = defineContract({
  ...{ name: 'place_order', effect: 'create', summary: 'Places an order.', input: wanted, output: made, compare },
  examples: [{ input: example, output: { ...document, ...example, status: 'released' } }],
  errors: ['REFUSED_BY_SYSTEM'],
});
