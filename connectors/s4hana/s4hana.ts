import { cancelPurchaseOrder } from '../../contracts/cancel-purchase-order.ts';
import { closePurchaseRequisition } from '../../contracts/close-purchase-requisition.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { createPurchaseRequisition } from '../../contracts/create-purchase-requisition.ts';
import { findItems } from '../../contracts/find-items.ts';
import { findOpenSupply } from '../../contracts/find-open-supply.ts';
import { findOrderExceptions } from '../../contracts/find-order-exceptions.ts';
import { findSuppliers } from '../../contracts/find-suppliers.ts';
import { getItem } from '../../contracts/get-item.ts';
import { getPurchaseHistory } from '../../contracts/get-purchase-history.ts';
import { getPurchaseOrder } from '../../contracts/get-purchase-order.ts';
import { getSalesOrder } from '../../contracts/get-sales-order.ts';
import { getStock } from '../../contracts/get-stock.ts';
import { getSupplier } from '../../contracts/get-supplier.ts';
import { updatePurchaseOrderPrice } from '../../contracts/update-purchase-order-price.ts';
import type { Origins } from '../../lib/core/connector.ts';
import { type System, toolEntry } from '../../lib/core/system.ts';
import type { OAuthSettings } from '../../lib/protocols/oauth.ts';
import type { PurchaseOrderApi, S4hanaOrganisation, S4hanaSettings } from './settings.ts';

/** What a team configures for one S/4HANA system. */
export interface S4hanaOptions {
  /** `api`: the system; `token`: the whole address of its token endpoint. */
  readonly origins: (Origins & { readonly api: string; readonly token: string }) | 'simulator';
  readonly organisation: {
    readonly default: S4hanaOrganisation;
    readonly sites?: Readonly<Record<string, Partial<S4hanaOrganisation>>>;
    readonly agents?: Readonly<Record<string, Partial<S4hanaOrganisation>>>;
  };
  /** `v2` unless told. */
  readonly purchaseOrders?: PurchaseOrderApi;
  /** `CorrespncInternalReference` ("Our Reference") unless told; "Your Reference" is the supplier's and is printed. */
  readonly referenceField?: S4hanaSettings['referenceField'];
  /** `hold` unless told: the system sends no order to a supplier by itself. */
  readonly erpOutput?: S4hanaSettings['erpOutput'];
  readonly units?: Readonly<Record<string, string>>;
  readonly sapClient?: string;
  /** `EN` unless told. */
  readonly language?: string;
  readonly oauth?: OAuthSettings;
}

const tools = [
  toolEntry(findItems, () => import('./tools/find-items.ts')),
  toolEntry(findSuppliers, () => import('./tools/find-suppliers.ts')),
  toolEntry(getItem, () => import('./tools/get-item.ts')),
  toolEntry(getSupplier, () => import('./tools/get-supplier.ts')),
  toolEntry(getStock, () => import('./tools/get-stock.ts')),
  toolEntry(findOpenSupply, () => import('./tools/find-open-supply.ts')),
  toolEntry(getPurchaseOrder, () => import('./tools/get-purchase-order.ts')),
  toolEntry(getPurchaseHistory, () => import('./tools/get-purchase-history.ts')),
  toolEntry(getSalesOrder, () => import('./tools/get-sales-order.ts')),
  toolEntry(findOrderExceptions, () => import('./tools/find-order-exceptions.ts')),
  toolEntry(createPurchaseOrder, () => import('./tools/create-purchase-order.ts')),
  toolEntry(cancelPurchaseOrder, () => import('./tools/cancel-purchase-order.ts')),
  toolEntry(updatePurchaseOrderPrice, () => import('./tools/update-purchase-order-price.ts')),
  toolEntry(createPurchaseRequisition, () => import('./tools/create-purchase-requisition.ts')),
  toolEntry(closePurchaseRequisition, () => import('./tools/close-purchase-requisition.ts')),
];

/** One SAP S/4HANA system, cloud or on premise, spoken to by its released OData services. */
export function s4hana(options: S4hanaOptions): System<(typeof tools)[number]> {
  const { origins, organisation, purchaseOrders = 'v2', units = {}, sapClient, oauth = {} } = options;
  const settings: S4hanaSettings = {
    purchaseOrders,
    referenceField: options.referenceField ?? 'CorrespncInternalReference',
    erpOutput: options.erpOutput ?? 'hold',
    units,
    ...(sapClient !== undefined && { sapClient }),
    language: options.language ?? 'EN',
    oauth,
  };
  const defaults = { purchaseOrderType: 'NB', purchaseRequisitionType: 'NB' };
  return {
    kind: 's4hana',
    isaLevel: 4,
    origins,
    settings,
    organisation: { ...organisation, default: filled({ ...defaults, ...organisation.default }) },
    tools,
    simulator: 'connectors/s4hana/simulator/main.ts',
    load: () => import('./connector.ts').then(({ connector }) => connector),
  };
}

const filled = (fields: object): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'));
