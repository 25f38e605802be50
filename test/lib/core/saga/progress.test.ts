import { expect, test } from 'vitest';
import * as z from 'zod';
import { viewOf } from '../../../../lib/core/operation/answer.ts';
import { stepIdOf } from '../../../../lib/core/operation/operation.ts';
import { stepsShown } from '../../../../lib/core/saga/progress.ts';
import { defineSaga } from '../../../../lib/core/saga/saga.ts';
import { sagaHouse, takeA, takeB } from './house.ts';

const takeTwo = defineSaga({
  name: 'take_two',
  summary: 'Takes things.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    return { last: step.call('Take_b', takeB, { for: given.for }).document.id };
  },
});

test('an agent sees what its steps have come to, and nothing of how they are looked after', async () => {
  const house = sagaHouse(takeTwo, { fateOf: (contract) => (contract === 'take_b' ? 'refused' : 'ok') });
  const id = await house.start();
  const saga = house.operationOf(id);
  if (!saga) throw new Error('there is no saga');
  const view = viewOf(saga, await stepsShown(saga, house.operations));
  expect(view.steps).toEqual([
    { step: 'Take_a', tool: 'shop_take_a', state: 'undone', document: '1' },
    { step: 'Take_b', tool: 'shop_take_b', state: 'not_done' },
  ]);
  expect(view).not.toHaveProperty('reference');
  const step = house.operationOf(stepIdOf({ saga: id, name: 'Take_a', round: 1 }));
  expect(step && (await stepsShown(step, house.operations))).toBeUndefined();
});
