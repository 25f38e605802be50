import { afterAll, beforeAll, expect, test } from 'vitest';
import { updatePurchaseOrderPrice } from '../../../contracts/update-purchase-order-price.ts';
import { isCreate, isRead } from '../../../lib/core/tool.ts';
import { carryOut } from '../../contract/carry-out.ts';
import { type Connected, systems } from '../../contract/systems.ts';

const [{ input: example }] = updatePurchaseOrderPrice.examples;

let system: Connected;
beforeAll(async () => {
  const [, startV4] = systems[1] ?? [];
  if (!startV4) throw new Error('There is no system with V4.');
  system = await startV4();
});
afterAll(() => system.close());

test('with V4 a change between the before-image and the send is refused by the system, surely without effect', async () => {
  const tool = await system.tool('update_purchase_order_price');
  if (isRead(tool) || isCreate(tool)) throw new Error('It is no update.');
  const { organisation, writeClient: client } = system;
  const call = {
    client,
    organisation,
    signal: AbortSignal.timeout(5_000),
    reference: '',
    permit: async () => undefined,
  };
  const before = await tool.read(example, call);
  await carryOut(system, 'update_purchase_order_price', example);
  const late = updatePurchaseOrderPrice.input.parse({ ...example, unitPrice: { ...example.unitPrice, amount: '17' } });
  const refused = tool.run(late, { ...call, before }).catch((error: unknown) => {
    throw system.connector.mapError(error);
  });
  await expect(refused).rejects.toMatchObject({ code: 'STALE_STATE', applied: 'no' });
  const now = await carryOut(system, 'get_purchase_order', { order: '4500000284' });
  expect(now).toMatchObject({ lines: [{ unitPrice: { amount: '18.1' } }, {}] });
});
