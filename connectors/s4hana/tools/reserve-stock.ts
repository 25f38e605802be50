import * as z from 'zod';
import { reserveStock } from '../../../contracts/reserve-stock.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { string, v2Date } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import { claimsOnStock } from '../available-stock.ts';
import type { S4hanaClient } from '../client.ts';
import { systemQuantity } from '../quantity.ts';
import { findReservationLines, reservationLine, statusOfReservation, versionOfReservation } from '../reservation.ts';

type Input = z.output<typeof reserveStock.input>;
type Purpose = Input['purpose'];

/** Movement type and field of each purpose: what is withdrawn for it is charged to that object. */
const purposes = {
  cost_center: { movementType: '201', field: 'CostCenter' },
  wbs: { movementType: '221', field: 'WBSElement' },
  sales_order: { movementType: '231', field: 'SalesOrder' },
  order: { movementType: '261', field: 'OrderID' },
  transfer: { movementType: '301', field: 'IssuingOrReceivingPlant' },
} as const satisfies Record<Purpose['kind'], { readonly movementType: string; readonly field: string }>;

/** A transfer between storage locations of one plant. */
const insideOnePlant = '311';

const header = z.object({
  Reservation: z.string().min(1),
  GoodsMovementType: string,
  CostCenter: string,
  WBSElement: string,
  SalesOrder: string,
  OrderID: string,
  IssuingOrReceivingPlant: string,
  to_ReservationDocumentItem: z.array(reservationLine),
});

/** `reserve_stock` as one deep insert of a header and a line, whose text is the reference. */
export default implement(reserveStock, {
  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const { client } = call;
    const change = { method: 'POST', path: 'A_ReservationDocumentHeader', body: documentOf(input, call) } as const;
    const created = z
      .object({ Reservation: z.string().min(1) })
      .safeParse(await client.service('reservation').change(change, call));
    if (created.success) return created.data.Reservation;
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed a reservation without naming it.', {
      applied: 'unknown',
    });
  },

  claims: claimsOnStock,

  read: async (document, _: Input, call: Call<S4hanaClient>) => {
    const { units } = call.client;
    const service = call.client.service('reservation');
    const expand = { expand: 'to_ReservationDocumentItem' };
    const found = await service.find('A_ReservationDocumentHeader', { Reservation: document }, expand, header, call);
    const lines = found?.value.to_ReservationDocumentItem ?? [];
    const [line] = lines;
    if (!found || !line?.date) return undefined;
    return {
      document: { id: document, number: document },
      status: statusOfReservation(line),
      version: versionOfReservation(lines),
      line: line.line,
      item: line.item,
      site: line.site,
      quantity: { value: line.asked.value, unit: units.toRec20(line.asked.unit) },
      openQuantity: { value: line.open.toFixed(), unit: units.toRec20(line.baseUnit) },
      requiredOn: line.date,
      purpose: purposeOf(found.value),
    };
  },

  lookup: byReference(async (input: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const filter = and(eq('Product', input.item), eq('ReservationItemText', textOf(input, call.reference)));
    const lines = await findReservationLines(call.client, filter, call);
    return [...new Set(lines.map(({ reservation }) => reservation))];
  }),
});

/** The text of the line, for the lookup and for people: the reference first. */
const textOf = ({ expiresOn }: Input, reference: string): string =>
  expiresOn === undefined ? reference : `${reference} until ${expiresOn}`;

function documentOf(input: Input, { client, reference }: WriteCall<S4hanaClient>) {
  const { item, site, storageLocation, quantity, requiredOn } = input;
  return {
    ReservationDate: v2Date(requiredOn),
    ...accountOf(input),
    to_ReservationDocumentItem: [
      {
        Product: item,
        Plant: site,
        ...(storageLocation !== undefined && { StorageLocation: storageLocation }),
        MatlCompRequirementDate: v2Date(requiredOn),
        ResvnItmRequiredQtyInEntryUnit: systemQuantity(quantity.value),
        EntryUnit: client.units.toSystem(quantity.unit),
        ReservationItemText: textOf(input, reference),
      },
    ],
  };
}

function accountOf({ purpose, site }: Input): Record<string, string> {
  const { movementType, field } = purposes[purpose.kind];
  const account = { GoodsMovementType: movementType, [field]: purpose.id };
  if (purpose.kind === 'sales_order') return { ...account, SalesOrderItem: purpose.line };
  if (purpose.kind !== 'transfer') return account;
  return {
    ...account,
    ...(purpose.id === site && { GoodsMovementType: insideOnePlant }),
    ...(purpose.storageLocation !== undefined && { IssuingOrReceivingStorageLoc: purpose.storageLocation }),
  };
}

function purposeOf(kept: z.output<typeof header>): { kind: string; id: string } {
  const type = kept.GoodsMovementType === insideOnePlant ? purposes.transfer.movementType : kept.GoodsMovementType;
  const known = Object.entries(purposes).find(([, { movementType }]) => movementType === type);
  return known ? { kind: known[0], id: kept[known[1].field] } : { kind: `movement type ${type}`, id: '' };
}
