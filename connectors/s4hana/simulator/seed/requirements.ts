import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { costCenters } from '../model/organisation.ts';
import { put } from '../tables.ts';
import { type Calendar, type Draw, some } from './draw.ts';
import type { Item } from './product-families.ts';
import { items, purchasableItems } from './products.ts';
import type { Order, OrderedLine } from './purchase-orders.ts';

/** Number of seeded reservations, from 20001 on. */
export const RESERVATIONS = 60;

/** Number of seeded requisitions, from 10000001 on. */
export const REQUISITIONS = 40;

const bearing = (): Item => {
  const found = items.find(({ id }) => id === 'RM-6204');
  if (!found) throw new Error('RM-6204 is not seeded.');
  return found;
};

/** How much of what is required where and when, and how much of it has been withdrawn. */
interface Requirement {
  readonly item: Item;
  readonly plant: string;
  readonly due: number;
  readonly required: number;
  readonly withdrawn: number;
  readonly deleted: boolean;
}

const firstRequirement = (): Requirement => ({
  item: bearing(),
  plant: '1010',
  due: 6,
  required: 40,
  withdrawn: 15,
  deleted: false,
});

const drawRequirement = (draw: Draw): Requirement => {
  const item = draw.pick(purchasableItems);
  const required = draw.between(1, 60);
  return {
    item,
    plant: draw.pick(some(item.plants)),
    due: draw.between(-15, 30),
    required,
    withdrawn: draw.chance(0.3) ? draw.between(0, required) : 0,
    deleted: draw.chance(0.05),
  };
};

const reservationItem = ({ item, plant, due, required, withdrawn, deleted }: Requirement, calendar: Calendar): Row => ({
  ReservationItem: '0001',
  RecordType: '',
  Product: item.id,
  RequirementType: 'MR',
  MatlCompRequirementDate: calendar.day(due),
  Plant: plant,
  GoodsMovementIsAllowed: true,
  DebitCreditCode: 'H',
  BaseUnit: item.unit,
  EntryUnit: item.unit,
  CompanyCodeCurrency: 'EUR',
  ResvnItmRequiredQtyInBaseUnit: String(required),
  ResvnItmRequiredQtyInEntryUnit: String(required),
  ResvnItmWithdrawnQtyInBaseUnit: String(withdrawn),
  ReservationItemIsFinallyIssued: withdrawn === required,
  ReservationItmIsMarkedForDeltn: deleted,
});

const reservation = (index: number, calendar: Calendar, draw: Draw): Change[] => {
  const requirement = index === 0 ? firstRequirement() : drawRequirement(draw);
  const shared = { Reservation: String(20001 + index), GoodsMovementType: '201', GoodsRecipientName: 'WORKSHOP' };
  return [
    put('reservation', {
      ...shared,
      CostCenter: draw.pick(some(costCenters)),
      ControllingArea: 'A000',
      ReservationDate: calendar.day(requirement.due - 7),
    }),
    put('reservation_item', { ...shared, ...reservationItem(requirement, calendar) }),
  ];
};

/** Reservations: dated requirements, some partly withdrawn; the first is for the bearing of the examples. */
export const seedReservations = (draw: Draw, calendar: Calendar): Change[] =>
  Array.from({ length: RESERVATIONS }, (_, index) => reservation(index, calendar, draw)).flat();

type Stage = 'open' | 'in approval' | 'ordered' | 'closed' | 'deleted';

/** What is wanted, and the order line that it became, if it was ordered. */
interface Wanted {
  readonly stage: Stage;
  readonly item: Item;
  readonly plant: string;
  readonly quantity: number;
  readonly line?: OrderedLine;
}

const firstWanted = (): Wanted => ({ stage: 'open', item: bearing(), plant: '1010', quantity: 60 });

const drawWanted = (draw: Draw, recent: readonly [Order, ...Order[]]): Wanted => {
  const stage = draw.pick<Stage>([
    'open',
    'open',
    'open',
    'in approval',
    'in approval',
    'ordered',
    'ordered',
    'closed',
    'deleted',
  ]);
  const line = draw.pick(recent).lines[0];
  if (stage === 'ordered' && line) {
    const { item } = line.offer;
    return { stage, item, plant: line.plant, quantity: line.quantity * (item.orderUnit?.holds ?? 1), line };
  }
  const item = draw.pick(purchasableItems);
  return { stage, item, plant: draw.pick(some(item.plants)), quantity: draw.between(1, 30) * 10 };
};

const stageFields = ({ stage, quantity, line }: Wanted): Row => ({
  OrderedQuantity: line ? String(quantity) : '0',
  ProcessingStatus: line ? 'B' : 'N',
  PurReqnReleaseStatus: stage === 'in approval' ? '03' : '05',
  ReleaseIsNotCompleted: stage === 'in approval',
  IsClosed: stage === 'closed',
  IsDeleted: stage === 'deleted' ? 'X' : '',
  PurchasingDocument: line?.order ?? '',
  PurchasingDocumentItem: line?.line ?? '',
});

const requisition = (index: number, wanted: Wanted, calendar: Calendar, draw: Draw): Change[] => {
  const { item, plant, quantity } = wanted;
  const keys = { PurchaseRequisition: String(10000001 + index), PurchaseRequisitionType: 'NB' };
  const created = -REQUISITIONS + index;
  return [
    put('purchase_requisition', { ...keys, PurReqnDescription: index === 0 ? 'Bearings for maintenance' : '' }),
    put('purchase_requisition_item', {
      ...keys,
      PurchaseRequisitionItem: '00010',
      PurchaseRequisitionItemText: item.text,
      Material: item.id,
      MaterialGroup: item.group,
      Plant: plant,
      CompanyCode: '1010',
      PurchasingOrganization: '1010',
      PurchasingGroup: draw.pick(['001', '002', '003']),
      RequestedQuantity: String(quantity),
      BaseUnit: item.unit,
      PurchaseRequisitionPrice: (item.cost / 10_000).toFixed(2),
      PurReqnPriceQuantity: '1',
      PurReqnItemCurrency: 'EUR',
      ItemNetAmount: ((item.cost / 10_000) * quantity).toFixed(2),
      DeliveryDate: calendar.day(created + draw.between(10, 60)),
      CreationDate: calendar.day(created),
      PurReqCreationDate: calendar.day(created),
      CreatedByUser: 'PLANNER01',
      RequisitionerName: 'PLANNER01',
      PurReqnOrigin: 'R',
      ...stageFields(wanted),
      LastChangeDateTime: calendar.instant(created),
    }),
  ];
};

/** Requisitions in all stages; the first is open, for the bearing of the examples. */
export const seedRequisitions = (orders: readonly Order[], draw: Draw, calendar: Calendar): Change[] => {
  const recent = some(orders.filter(({ orderedOn, deleted }) => orderedOn > -30 && !deleted));
  return Array.from({ length: REQUISITIONS }, (_, index) => {
    const wanted = index === 0 ? firstWanted() : drawWanted(draw, recent);
    return requisition(index, wanted, calendar, draw);
  }).flat();
};
