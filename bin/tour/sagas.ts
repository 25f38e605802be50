import { buyer, type Guide, inDays, type Step } from './guide.ts';
import { type Json, rows, text } from './json.ts';

/** A saga that commits, one that is undone, and one that a person has to finish. */
export const sagas: readonly Step[] = [
  async (guide) => {
    const told = await ended(guide, await guide.begin('procure_material', procurement(guide, '10', '45.00', '450.00')));
    return {
      title: `${buyer} has 10 x 45.00 reserved, its budget allocated, and ordered: a saga`,
      lines: pictureOf(told),
      asExpected: told['state'] === 'applied' && pictureOf(told).every((line) => line.includes(' done')),
    };
  },
  async (guide) => {
    const input = procurement(guide, '200', '300.00', '60000.00');
    const told = await ended(guide, await guide.begin('procure_material', input));
    return {
      title: '200 x 300.00 is more than the budget: what was done before is undone',
      lines: [...pictureOf(told), `${text(told, 'reason')}: ${text(told['problem'], 'detail')}`],
      asExpected: told['reason'] === 'BUDGET_EXCEEDED' && pictureOf(told)[0]?.includes('undone') === true,
    };
  },
  async (guide) => {
    // The list takes its time, and meanwhile the new account gets an order that its vendor has to confirm.
    await guide.arm({ fault: 'slow', ms: 3000, entity: 'A_Product', times: 1 });
    const { body } = await guide.begin('onboard_vendor', vendor(guide));
    const saga = text(body, 'operationId');
    const opened = await until(guide, saga, (told) => accountIn(told) !== '');
    await guide.inPortal('send-order', { account: accountIn(opened) });
    const told = await until(guide, saga, (now) => now['state'] !== 'running');
    guide.seen.saga = saga;
    guide.seen.account = accountIn(told);
    return {
      title: 'a vendor is not approved for an item that does not exist; its account cannot be closed either',
      lines: [...pictureOf(told), text(told, 'nextAction')],
      asExpected: told['state'] === 'review' && pictureOf(told)[1]?.includes('not_undone') === true,
    };
  },
  async (guide) => {
    const { saga, account } = guide.seen;
    await guide.inPortal('confirm-order', { account });
    const { status } = await guide.attend(saga, 'retry', { step: 'Open_account', reason: 'The order is confirmed.' });
    const told = await until(guide, saga, (now) => now['state'] === 'not_applied');
    return {
      title: 'the order is confirmed, and an operator has the account closed again',
      lines: pictureOf(told),
      asExpected: status === 200 && pictureOf(told)[1]?.includes(' undone') === true,
    };
  },
];

const ended = (guide: Guide, { body }: { readonly body: Json }): Promise<Json> =>
  until(guide, text(body, 'operationId'), (told) => told['state'] !== 'running');

/** The operation of a saga as soon as something holds of it; it has 30 seconds. */
async function until(guide: Guide, saga: string, holds: (told: Json) => boolean): Promise<Json> {
  for (let tries = 0; tries < 150; tries++) {
    const told = await guide.look(saga);
    if (holds(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return guide.look(saga);
}

/** One line a step: `Reserve_stock      undone   20062`. */
const pictureOf = (told: Json): string[] =>
  rows(told, 'steps').map((each) =>
    `${text(each, 'step').padEnd(18)} ${text(each, 'state').padEnd(11)} ${text(each, 'document')}`.trimEnd(),
  );

const accountIn = (told: Json): string =>
  text(rows(told, 'steps').find((each) => each['step'] === 'Open_account') ?? {}, 'document');

const procurement = ({ seen }: Guide, pieces: string, price: string, total: string) => ({
  item: seen.item,
  quantity: { value: pieces, unit: 'C62' },
  site: '1010',
  supplier: seen.supplier,
  currency: 'EUR',
  unitPrice: { amount: price, currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
  total: { amount: total, currency: 'EUR' },
  deliveryDate: inDays(35, seen),
  costCenter: '10101101',
  requiredOn: inDays(36, seen),
  budget: { kind: 'cost_center', id: '4711' },
  purpose: 'Bearings for line 3',
});

const vendor = ({ seen: { before } }: Guide) => ({
  vendor: {
    name: `Nordlager ${before} GmbH`,
    vendorType: 'supplier',
    address: { street: 'Kaistrasse', houseNumber: '1', postalCode: '20457', city: 'Hamburg', country: 'DE' },
    email: `orders@nordlager-${before}.example`,
    paymentTerms: 'NT30',
    currency: 'EUR',
  },
  contact: { name: 'Paula Nord', email: `paula@nordlager-${before}.example`, role: 'orders' },
  approvedFor: { item: 'NO-SUCH-ITEM', site: '1010', validFrom: '2099-01-01', validTo: '2099-12-31' },
});
