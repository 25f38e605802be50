// A buyer without an LLM, and with the habits of one that has: it times out, retries, and plans the same need again.
//   eval "$(npx countersign env buyer-agent)"
//   node examples/agent.ts P-1007 "ball bearing 6204" 200
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Credentials, signedFetch } from '../bin/cli/signed-fetch.ts';

const { COUNTERSIGN_API_URL: api = '', AWS_REGION: region = '', AWS_SESSION_TOKEN: sessionToken } = process.env;
const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
if (!api || !accessKeyId) throw new Error('First: eval "$(npx countersign env buyer-agent)"');
const credentials: Credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
const send = signedFetch(credentials, { region, service: 'execute-api' });

type Amount = { value: string; unit: string };
type Price = { amount: string; currency: string; per: { quantity: string; unit: string } };
type Supplier = { supplier: string; blocked: boolean; offer?: { price?: Price } };
type Problem = { code?: string; detail?: string; retryable?: boolean; operationId?: string };
type Operation = { state: string; document?: string; problem?: Problem };
type Reply<T> = { status: number; replayed: boolean; body: T & Problem };

/** Sends until there is an answer that sending again cannot better. What changes between tries: nothing. */
async function ask<T>(method: string, path: string, input?: unknown, key?: string): Promise<Reply<T>> {
  for (let attempt = 1; ; attempt++) {
    let seen = 'no answer'; // timed out, reset: it may have been carried out or not
    let pause = Math.random() * Math.min(20, 2 ** attempt / 4); // seconds, full jitter
    try {
      const response = await send(`${api}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        ...(input !== undefined && { body: JSON.stringify(input) }),
        signal: AbortSignal.timeout(30_000),
      });
      const { status, headers } = response;
      const body: Reply<T>['body'] = JSON.parse(await response.text());
      const again = status >= 400 && (body.retryable ?? status >= 500);
      if (!again || attempt === 8) return { status, body, replayed: headers.get('idempotent-replayed') === 'true' };
      seen = `${status} ${body.code}`;
      const told = headers.get('retry-after');
      if (told && /^\d+$/.test(told)) pause = Number(told);
    } catch (error) {
      if (attempt === 8) throw error;
    }
    console.log(`  try ${attempt}: ${seen}; the same again in ${pause.toFixed(1)} s`);
    await sleep(pause * 1000);
  }
}

const tool = async <T>(name: string, input: unknown): Promise<T> => {
  const { status, body } = await ask<T>('POST', `/v1/tools/erp_${name}`, input);
  if (status !== 200) throw new Error(`${name}: ${body.code} ${body.detail}`);
  return body;
};

/** Asks what became of an operation until it is settled; what only a person can settle is not ours to repeat. */
async function settled(id: string): Promise<Operation> {
  for (;;) {
    const { status, body } = await ask<Operation>('GET', `/v1/operations/${id}?wait=20`);
    if (status !== 200) throw new Error(`operation ${id}: ${body.code}`);
    console.log(`  operation ${id} is ${body.state}`);
    if (body.state === 'applied' || body.state === 'not_applied') return body;
    if (body.state === 'review' || body.state === 'dead') throw new Error(`operation ${id} needs a person`);
    await sleep(2000);
  }
}

/** The number of the order for an intent. However often and in whatever words it is asked for: one order. */
async function order(key: string, input: unknown): Promise<string> {
  type Answer = { state?: string; document?: { number: string } };
  const { status, body, replayed } = await ask<Answer>('POST', '/v1/tools/erp_create_purchase_order', input, key);
  if (status === 200 && body.document) {
    console.log(`  order ${body.document.number}${replayed ? ' (replayed)' : ''}`);
    return body.document.number;
  }
  const reused = body.code === 'IDEMPOTENCY_KEY_REUSED'; // the need was ordered before, with other content
  if (!body.operationId || !(status === 202 || reused)) throw new Error(`${status} ${body.code}: ${body.detail}`);
  console.log(`  ${status} ${reused ? 'ordered before, otherwise' : body.state}; asking what became of it`);
  const { state, document, problem } = await settled(body.operationId);
  if (state === 'applied' && document) return document;
  if (problem?.retryable && !reused) return order(key, input); // surely not applied: the same call again
  throw new Error(`not ordered: ${problem?.code} ${problem?.detail}`);
}

/** From words to an order. The key names the need and nothing else: not the words, not the day, not the try. */
async function plan(need: string, words: string, quantity: string): Promise<string> {
  const site = '1010';
  const { items } = await tool<{ items: { item: string; blocked: boolean }[] }>('find_items', { query: words });
  const item = items.find(({ blocked }) => !blocked)?.item;
  if (!item) throw new Error(`nothing to buy for "${words}"`);
  const { onHand } = await tool<{ onHand: Amount }>('get_stock', { item, site });
  const { totals } = await tool<{ totals: { ordered: Amount } }>('find_open_supply', { item, site });
  console.log(`  ${item}: ${onHand.value} ${onHand.unit} on hand, ${totals.ordered.value} on order`);
  const { suppliers } = await tool<{ suppliers: Supplier[] }>('find_suppliers', { item });
  const chosen = suppliers.find(({ blocked, offer }) => !blocked && offer?.price);
  const price = chosen?.offer?.price;
  if (!price) throw new Error(`nobody offers ${item} at a price`);
  console.log(`  ${chosen.supplier} offers it at ${price.amount} ${price.currency} per ${price.per.quantity}`);
  const deliveryDate = new Date(Date.now() + 28 * 24 * 3600_000).toISOString().slice(0, 10);
  const line = { item, quantity: { value: quantity, unit: price.per.unit }, unitPrice: price, deliveryDate, site };
  const key = createHash('sha256').update(`purchase for ${need}`).digest('hex');
  return order(key, { supplier: chosen.supplier, currency: price.currency, lines: [line] });
}

const [need = 'P-1007', words = 'ball bearing 6204', quantity = '200'] = process.argv.slice(2);
console.log(`${need} needs ${quantity} of "${words}"`);
const first = await plan(need, words, quantity);
console.log('Planned again, in other words: has that been ordered?');
const second = await plan(
  need,
  words.split(' ').reverse().join(' '),
  quantity.includes('.') ? `${quantity}0` : `${quantity}.0`,
);
console.log(first === second ? `One order: ${first}.` : `Two orders: ${first} and ${second}!`);
process.exitCode = first === second ? 0 : 1;
