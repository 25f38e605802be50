import type * as z from 'zod';
import type { createVendor } from '../../contracts/create-vendor.ts';
import type { OAuthSettings } from '../../lib/protocols/oauth.ts';

/** Organisational fields of S/4HANA; they come from configuration, never from an agent. */
export interface S4hanaOrganisation {
  readonly companyCode: string;
  readonly purchasingOrganization: string;
  readonly purchasingGroup: string;
  /** `NB` unless told; the API supports NB and its copies (KBA 3555741). */
  readonly purchaseOrderType?: string;
  /** `NB` unless told. */
  readonly purchaseRequisitionType?: string;
  /** Tax code of purchase order lines; without it the system determines one. */
  readonly taxCode?: string;
  /** Account of the general ledger under which new vendors are kept; without it none are created. */
  readonly reconciliationAccount?: string;
}

/** What kind of vendor is created, as the contract says it. */
export type VendorType = z.output<typeof createVendor.input>['vendorType'];

/** Which service purchase orders go through. V2 is deprecated in the cloud since 2308 (KBA 3598071); V4 is `api_purchaseorder_2`. */
export type PurchaseOrderApi = 'v2' | 'v4';

/** Fields of a purchase order that can carry the reference of a create; both are 12 long. */
export const referenceFields = ['CorrespncInternalReference', 'CorrespncExternalReference'] as const;

/** That user in the simulator. */
export const simulatedUser = 'CC0000000002';

/** Codes of the system for credit memo requests. */
export interface CreditMemoSettings {
  /** Document type. */
  readonly type: string;
  /** Billing block that every request is made with. */
  readonly billingBlock: string;
  /** Reasons that agents may name -> order reason (`SDDocumentReason`). */
  readonly reasons: Readonly<Record<string, string>>;
  /** Reason for rejection (`SalesDocumentRjcnReason`). */
  readonly rejectionReason: string;
  /** Condition type of a price that is given by hand. */
  readonly priceCondition: string;
}

/** Those of a system as it is delivered. */
export const creditMemoDefaults: CreditMemoSettings = {
  type: 'CR',
  billingBlock: '08',
  reasons: { price: '100', quality: '101', damaged: '102', quantity: '103' },
  rejectionReason: '10',
  priceCondition: 'PMP0',
};

/** What a client of one S/4HANA system needs to know; plain JSON. */
export interface S4hanaSettings {
  readonly purchaseOrders: PurchaseOrderApi;
  /** The one that a create fills. */
  readonly referenceField: (typeof referenceFields)[number];
  /** What the system does with the output of a released order: `hold` = nothing leaves it unless a person sends it. */
  readonly erpOutput: 'hold' | 'send';
  /** User under which the system keeps what we create. */
  readonly serviceUser?: string;
  /** UN/ECE Rec 20 code -> the system's unit code, over the built-in map. */
  readonly units: Readonly<Record<string, string>>;
  /** Payment terms that new vendors may get; any that the system has, where absent. */
  readonly paymentTerms?: readonly string[];
  /** `BusinessPartnerGrouping` of new vendors by their type; the system's own default where absent. */
  readonly vendorGroupings?: Readonly<Partial<Record<VendorType, string>>>;
  /** Value of `sap-client`, where one host serves several. */
  readonly sapClient?: string;
  /** Two-letter language of texts. */
  readonly language: string;
  readonly oauth: OAuthSettings;
  readonly creditMemos: CreditMemoSettings;
  /** Field of the delivery header that a create fills: the standard ones are not taken on creation. */
  readonly deliveryReferenceField: string;
}
