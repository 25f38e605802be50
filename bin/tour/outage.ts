import { randomUUID } from 'node:crypto';
import { buyer, type Guide, inDays, type Step } from './guide.ts';
import { type Json, text } from './json.ts';

/** How many requisitions the buyer asks for while the ERP is down. */
const many = 10;

/** An ERP that goes down, agents that go on, and what becomes of their calls when it is back. */
export const outage: readonly Step[] = [
  async (guide) => {
    await guide.arm({ fault: 'unavailable-503', times: 1_000_000 });
    const replies = await Promise.all(
      Array.from({ length: many }, (_, n) =>
        guide.call(buyer, 'create_purchase_requisition', requisitionOf(guide, n), randomUUID()),
      ),
    );
    guide.seen.queued = replies.map(({ body }) => text(body, 'operationId'));
    const [first] = replies;
    return {
      title: `the ERP goes down; ${buyer} asks for ${many} requisitions all the same`,
      lines: [`${many} x ${first?.status} ${text(first?.body, 'state')}: ${text(first?.body, 'nextAction')}`],
      asExpected: replies.every(({ status, body }) => status === 202 && body['state'] === 'queued'),
    };
  },
  async (guide) => {
    await guide.disarm();
    // The worker of the backlog begins once a minute: this is that minute.
    await guide.advance(60_000);
    const operations = await Promise.all(guide.seen.queued.map((id) => guide.settled(id)));
    const references = operations.map((operation) => text(operation, 'reference'));
    guide.seen.references.push(...references);
    const effects = (await guide.ledger()).filter((entry) => references.includes(text(entry, 'reference')));
    return {
      title: 'a minute later the ERP is back, and what waited is carried out',
      lines: [`${many} operations, ${effects.length} requisitions in the ERP's ledger`],
      asExpected: operations.every(isApplied) && effects.length === many,
    };
  },
];

const isApplied = (operation: Json): boolean => operation['state'] === 'applied';

const requisitionOf = ({ seen }: Guide, n: number) => ({
  lines: [
    {
      item: seen.item,
      site: '1010',
      quantity: { value: String(100 + n), unit: 'C62' },
      deliveryDate: inDays(28, seen),
    },
  ],
});
