import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { getPurchaseOrder } from '../../contracts/get-purchase-order.ts';
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
  toolEntry(getPurchaseOrder, () => import('./tools/get-purchase-order.ts')),
  toolEntry(createPurchaseOrder, () => import('./tools/create-purchase-order.ts')),
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
