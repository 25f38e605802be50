import { expect, it } from 'vitest';
import { evolve, type Operation } from '../../../../lib/core/operation/operation.ts';

const seen = { id: 'op-1', state: 'attempted', version: 1, attempts: 1, updatedAt: 5_870, events: [] };

it('never lets a version seem earlier than the one before it', () => {
  const next = evolve(seen as unknown as Operation, { state: 'unknown' }, 5_021);
  expect(next).toMatchObject({ version: 2, updatedAt: 5_870, events: [{ version: 2, at: 5_870 }] });
});

it('takes the time of the change otherwise', () => {
  expect(evolve(seen as unknown as Operation, {}, 6_000).updatedAt).toBe(6_000);
});
