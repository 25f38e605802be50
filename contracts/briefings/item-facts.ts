import * as z from 'zod';
import type { Briefing, BriefingFacts } from '../../lib/core/approval/briefing.ts';
import type { Fact } from '../../lib/core/approval/dossier.ts';
import { compared, historySchema, type Price, priceText } from './prices.ts';

const quantity = z.object({ value: z.string(), unit: z.string() });
const stock = z.object({ onHand: quantity, reserved: quantity.optional() });
const supply = z.object({ totals: z.object({ ordered: quantity, requested: quantity }) });

/** An item at a site, and the price that a call names for it. */
export interface Wanted {
  readonly item: string;
  readonly site: string;
  readonly unitPrice?: Price | undefined;
}

/** What a table shows about an item; each is `not known` where the system did not answer. */
export interface Known {
  readonly price: string;
  readonly stock: string;
  readonly supply: string;
}

/** Items that are looked up: the rest of a long order would cost the system more than it tells anybody. */
const most = 3;

/** The reads about some items, in the order given. */
export const itemReads = (wanted: readonly Wanted[]): ReturnType<Briefing['reads']> =>
  Object.fromEntries(
    wanted
      .slice(0, most)
      .flatMap(({ item, site, unitPrice }) => [
        ...(unitPrice ? [[`history ${item}`, { contract: 'get_purchase_history', input: { item, limit: 5 } }]] : []),
        [`stock ${item} ${site}`, { contract: 'get_stock', input: { item, site } }],
        [`supply ${item} ${site}`, { contract: 'find_open_supply', input: { item, site } }],
      ]),
  );

/** What is known about one item. */
export function knownOf({ item, site, unitPrice }: Wanted, { answers }: BriefingFacts): Known {
  const history = historySchema.safeParse(answers[`history ${item}`]).data;
  const inStock = stock.safeParse(answers[`stock ${item} ${site}`]).data;
  const open = supply.safeParse(answers[`supply ${item} ${site}`]).data;
  return {
    price:
      (history && unitPrice && (compared(unitPrice, history)?.words ?? 'no earlier order to compare with')) ?? unknown,
    stock: inStock
      ? `${text(inStock.onHand)}${inStock.reserved ? `, ${text(inStock.reserved)} reserved` : ''}`
      : unknown,
    supply: open ? `${text(open.totals.ordered)} ordered, ${text(open.totals.requested)} requested` : unknown,
  };
}

/** The same as facts, for the item that matters most. */
export function itemFacts(wanted: Wanted, facts: BriefingFacts): Fact[] {
  const { item, unitPrice } = wanted;
  const known = knownOf(wanted, facts);
  const fact = (label: string, value: string, more: Partial<Fact> = {}): Fact => ({
    ...{ label, value },
    ...(value !== unknown && { asOf: facts.asOf }),
    ...more,
  });
  return [
    ...(unitPrice
      ? pricesOf(wanted, unitPrice, known, facts).map(([label, value, more]) => fact(label, value, more))
      : []),
    fact(`Stock of ${item}`, known.stock),
    fact('Already ordered or requested', known.supply),
  ];
}

function pricesOf({ item }: Wanted, asked: Price, known: Known, { answers }: BriefingFacts) {
  const history = historySchema.safeParse(answers[`history ${item}`]).data;
  const isHighest = history && compared(asked, history)?.isHighest;
  const list = history?.entries.map(({ orderDate = '', unitPrice }) => `${orderDate} ${priceText(unitPrice)}`.trim());
  return [
    [`Price of ${item}`, `${priceText(asked)}: ${known.price}`, isHighest ? { warning: true } : {}],
    [`Last prices of ${item}`, list?.join('; ') || unknown, {}],
  ] as const;
}

const unknown = 'not known';
const text = ({ value, unit }: z.output<typeof quantity>): string => `${value} ${unit}`;
