import Big from 'big.js';
import * as z from 'zod';
import type { CreatedDocument, Enumeration } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, instant, string, v2DateLiteral } from '../../lib/protocols/odata-fields.ts';
import { and, eq, literal } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';
import { mapError } from './map-error.ts';
import { orderService } from './purchase-order/access.ts';
import { netTotal } from './purchase-order/amount.ts';
import { orderSchema } from './purchase-order/order.ts';
import { isCancelled } from './purchase-order/status.ts';
import { referenceFields } from './settings.ts';

/** What is asked for: days in the system's calendar, and the last document of the page before. */
interface Asked {
  readonly from: string;
  readonly to: string;
  readonly after: string;
}

const pageSize = 100;

/**
 * Everything that our communication user created, by the fields of creation that the services show. They do not show who
 * changed a document last. Pages go by document number, so that what is created meanwhile moves none of them.
 */
export const enumerate: Enumeration<S4hanaClient> = {
  kinds: {
    create_purchase_order: 'purchase_order',
    create_purchase_requisition: 'purchase_requisition',
    create_vendor: 'vendor',
    create_credit_memo_request: 'credit_memo_request',
  },
  async page(client, { from, to, cursor = 'purchase_order ' }, signal) {
    const [kind = '', after = ''] = cursor.split(' ');
    const at = listings.findIndex(([name]) => name === kind);
    const [, list] = listings[at] ?? [];
    if (!list || !/^\w*$/.test(after) || cursor !== `${kind} ${after}`)
      throw new CountersignError('INPUT_INVALID', 'The cursor is not one that this interface gave out.');
    try {
      const { documents, last } = await list(client, { from, to, after }, { signal });
      const next = last === undefined ? listings[at + 1]?.[0] : kind;
      return { documents, ...(next !== undefined && { nextCursor: `${next} ${last ?? ''}` }) };
    } catch (error) {
      throw mapError(error);
    }
  },
};

/** One page of a kind; `last` where another one of it follows. */
interface Listed {
  readonly documents: readonly CreatedDocument[];
  readonly last?: string | undefined;
}

/** What is listed, in this order. */
const listings: readonly (readonly [
  kind: string,
  list: (client: S4hanaClient, asked: Asked, call: ReadContext) => Promise<Listed>,
])[] = [
  ['purchase_order', orders],
  ['purchase_requisition', requisitions],
  ['vendor', vendors],
  ['credit_memo_request', creditMemoRequests],
];

const createdFields = z.object({ CreationDate: date });

async function orders(client: S4hanaClient, asked: Asked, call: ReadContext): Promise<Listed> {
  const { dialect, service } = orderService(client);
  const filter = filterOf(client, asked, { key: 'PurchaseOrder', dateLiteral: dialect.dateLiteral });
  const query = { filter, orderBy: 'PurchaseOrder', top: pageSize, ...dialect.wholeOrder };
  const row = z.intersection(orderSchema(dialect), createdFields);
  const { rows } = await service.page(dialect.header, query, row, call);
  const documents = rows.map((order): CreatedDocument => {
    const [reference] = referenceFields.map((field) => order[fieldNames[field]]).filter((value) => value !== '');
    return {
      ...{ kind: 'purchase_order', document: order.id, reference, companyCode: order.companyCode },
      ...{ amount: netTotal(order.lines, order.currency), currency: order.currency, deleted: isCancelled(order) },
      ...{ createdAt: order.CreationDate ?? '', changedAt: order.lastChange || undefined },
    };
  });
  return { documents, last: lastOf(documents) };
}

const lastOf = (documents: readonly CreatedDocument[]): string | undefined =>
  documents.length < pageSize ? undefined : documents.at(-1)?.document;

const fieldNames = {
  CorrespncInternalReference: 'internalReference',
  CorrespncExternalReference: 'externalReference',
} as const;

const requisitionLine = z.object({
  PurchaseRequisition: z.string().min(1),
  PurReqnExternalReference: string,
  ItemNetAmount: decimalOrZero,
  PurReqnItemCurrency: string,
  CompanyCode: string,
  CreationDate: date,
  LastChangeDateTime: instant,
  IsDeleted: string,
});
type Line = z.output<typeof requisitionLine>;

/** Their fields of creation stand on the lines: those of one requisition may be on two pages of the service. */
async function requisitions(client: S4hanaClient, asked: Asked, call: ReadContext): Promise<Listed> {
  const filter = filterOf(client, asked, { key: 'PurchaseRequisition', dateLiteral: v2DateLiteral });
  const query = { filter, orderBy: 'PurchaseRequisition,PurchaseRequisitionItem', top: pageSize };
  const service = client.service('purchaseRequisition');
  const { rows } = await service.page('A_PurchaseRequisitionItem', query, requisitionLine, call);
  const all = Map.groupBy(rows, ({ PurchaseRequisition }) => PurchaseRequisition);
  const last = rows.length < pageSize ? undefined : rows.at(-1)?.PurchaseRequisition;
  if (last !== undefined && all.size > 1) all.delete(last);
  else if (last !== undefined) all.set(last, await linesOf(client, last, call));
  const documents = [...all.values()].map(requisitionOf);
  return { documents, last: last === undefined ? undefined : [...all.keys()].at(-1) };
}

/** All lines of one that fills a page. */
const linesOf = (client: S4hanaClient, requisition: string, call: ReadContext): Promise<Line[]> =>
  client
    .service('purchaseRequisition')
    .rows('A_PurchaseRequisitionItem', { filter: eq('PurchaseRequisition', requisition) }, requisitionLine, call);

function requisitionOf(lines: readonly Line[]): CreatedDocument {
  const [first] = lines;
  const open = lines.filter(({ IsDeleted }) => IsDeleted === '');
  const changes = lines.map(({ LastChangeDateTime }) => LastChangeDateTime ?? '').sort();
  return {
    kind: 'purchase_requisition',
    document: first?.PurchaseRequisition ?? '',
    reference: first?.PurReqnExternalReference || undefined,
    amount: open.reduce((sum, { ItemNetAmount }) => sum.plus(ItemNetAmount), new Big(0)).toFixed(),
    currency: first?.PurReqnItemCurrency,
    companyCode: first?.CompanyCode,
    createdAt: first?.CreationDate ?? '',
    changedAt: changes.at(-1) || undefined,
    deleted: open.length === 0,
  };
}

const partner = z.object({
  BusinessPartner: z.string().min(1),
  BusinessPartnerIDByExtSystem: string,
  IsMarkedForArchiving: flag,
  CreationDate: date,
  LastChangeDate: date,
});

/** Every business partner: our user creates them as vendors only. */
async function vendors(client: S4hanaClient, asked: Asked, call: ReadContext): Promise<Listed> {
  const filter = filterOf(client, asked, { key: 'BusinessPartner', dateLiteral: v2DateLiteral });
  const query = { filter, orderBy: 'BusinessPartner', top: pageSize };
  const { rows } = await client.service('businessPartner').page('A_BusinessPartner', query, partner, call);
  const documents = rows.map(
    (each): CreatedDocument => ({
      ...{ kind: 'vendor', document: each.BusinessPartner, deleted: each.IsMarkedForArchiving },
      reference: each.BusinessPartnerIDByExtSystem || undefined,
      ...{ createdAt: each.CreationDate ?? '', changedAt: each.LastChangeDate },
    }),
  );
  return { documents, last: lastOf(documents) };
}

const creditMemoRequest = z.object({
  CreditMemoRequest: z.string().min(1),
  PurchaseOrderByCustomer: string,
  TotalNetAmount: decimalOrZero,
  TransactionCurrency: string,
  OverallSDDocumentRejectionSts: string,
  CreationDate: date,
  LastChangeDateTime: instant,
});

/** Nothing where the service is not active: then nobody requests credits by us. */
async function creditMemoRequests(client: S4hanaClient, asked: Asked, call: ReadContext): Promise<Listed> {
  const filter = filterOf(client, asked, { key: 'CreditMemoRequest', dateLiteral: v2DateLiteral });
  const query = { filter, orderBy: 'CreditMemoRequest', top: pageSize };
  const service = client.service('creditMemoRequest');
  const { rows } = await service.page('A_CreditMemoRequest', query, creditMemoRequest, call).catch((error: unknown) => {
    if (mapError(error).code !== 'UNSUPPORTED_BY_SYSTEM') throw error;
    return { rows: [] };
  });
  const documents = rows.map(
    (each): CreatedDocument => ({
      ...{ kind: 'credit_memo_request', document: each.CreditMemoRequest },
      ...{ reference: each.PurchaseOrderByCustomer || undefined, deleted: each.OverallSDDocumentRejectionSts === 'C' },
      ...{ amount: each.TotalNetAmount, currency: each.TransactionCurrency },
      ...{ createdAt: each.CreationDate ?? '', changedAt: each.LastChangeDateTime },
    }),
  );
  return { documents, last: lastOf(documents) };
}

function filterOf(
  { settings }: S4hanaClient,
  { from, to, after }: Asked,
  { key, dateLiteral }: { readonly key: string; dateLiteral(value: string): string },
): string {
  if (settings.serviceUser === undefined)
    throw new CountersignError(
      'UNSUPPORTED_BY_SYSTEM',
      'The configuration does not say under which user the system keeps our documents: s4hana({ serviceUser }).',
    );
  return and(
    eq('CreatedByUser', settings.serviceUser),
    `CreationDate ge ${dateLiteral(from)}`,
    `CreationDate le ${dateLiteral(to)}`,
    after === '' ? undefined : `${key} gt ${literal(after)}`,
  );
}
