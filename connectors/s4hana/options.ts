import * as z from 'zod';
import { ConfigurationError } from '../../lib/core/configuration-error.ts';
import type { Origins } from '../../lib/core/connector.ts';
import type { FreezeWindow } from '../../lib/core/resilience/freeze.ts';
import type { Limits } from '../../lib/core/resilience/limits.ts';
import type { OAuthSettings } from '../../lib/protocols/oauth.ts';
import {
  type CreditMemoSettings,
  type PurchaseOrderApi,
  referenceFields,
  type S4hanaOrganisation,
  type S4hanaSettings,
} from './settings.ts';

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
  /** Communication user of the write credential: the system keeps it as the creator of our documents. Without it they cannot be enumerated. */
  readonly serviceUser?: string;
  /** UN/ECE Rec 20 code -> the system's unit code, where it differs from the built-in map. */
  readonly units?: Readonly<Record<string, string>>;
  /** Payment terms that new vendors may get; any that the system has unless told. */
  readonly paymentTerms?: readonly string[];
  /** `BusinessPartnerGrouping` of new vendors by their type; the system's own default unless told. */
  readonly vendorGroupings?: S4hanaSettings['vendorGroupings'];
  readonly sapClient?: string;
  /** `EN` unless told. */
  readonly language?: string;
  readonly oauth?: OAuthSettings;
  /** Codes of credit memo requests, where they are not those of the system as it is delivered. */
  readonly creditMemos?: Partial<CreditMemoSettings>;
  /** Custom field of the delivery header, 12 long at least, that carries our reference; `YY1_Countersign_DLH` unless told. */
  readonly deliveryReferenceField?: string;
  /** Milliseconds after which an abandoned request can no longer commit; `rdisp/max_wprun_time` of the system, 600,000 unless told. */
  readonly maxServerTime?: number;
  /** Longest wait for an answer, in ms, at most 20,000; 15,000 unless told, and never more for a write. */
  readonly patience?: number;
  /** What the owner of the system allows; 50 requests a second, 20 at once unless told. */
  readonly limits?: Limits;
  /** Age in days at which an alarm asks for new credentials, which people make in the system; 180 unless told. */
  readonly credentialsWarnAfterDays?: number;
  /** When nothing is written to it. */
  readonly freeze?: readonly FreezeWindow[];
}

const code = (length: number) =>
  z
    .string()
    .regex(new RegExp(`^[A-Z0-9]{1,${length}}$`), `use a code of at most ${length} upper-case letters and digits`);

const organisation = z.strictObject({
  companyCode: code(4),
  purchasingOrganization: code(4),
  purchasingGroup: code(3),
  purchaseOrderType: code(4).optional(),
  purchaseRequisitionType: code(4).optional(),
  taxCode: code(2).optional(),
  reconciliationAccount: code(10).optional(),
});

const options = z.strictObject({
  origins: z.union([z.literal('simulator'), z.strictObject({ api: z.url(), token: z.url() })], {
    error: "use 'simulator', or the addresses api and token",
  }),
  organisation: z.strictObject({
    default: organisation,
    sites: z.record(z.string(), organisation.partial()).optional(),
    agents: z.record(z.string(), organisation.partial()).optional(),
  }),
  purchaseOrders: z.enum(['v2', 'v4']).optional(),
  referenceField: z.enum(referenceFields).optional(),
  erpOutput: z.enum(['hold', 'send']).optional(),
  serviceUser: z
    .string()
    .regex(/^[A-Z0-9_]{1,12}$/, 'use a user name of at most 12 upper-case letters, digits and underscores')
    .optional(),
  units: z.record(z.string().regex(/^[A-Z0-9]{2,3}$/), code(3)).optional(),
  paymentTerms: z.array(code(4)).min(1).optional(),
  vendorGroupings: z
    .strictObject({ supplier: code(4).optional(), contractor: code(4).optional(), service: code(4).optional() })
    .optional(),
  sapClient: z
    .string()
    .regex(/^\d{3}$/, 'use three digits')
    .optional(),
  language: z
    .string()
    .regex(/^[A-Z]{2}$/, 'use two upper-case letters')
    .optional(),
  oauth: z
    .strictObject({
      clientAuthentication: z.enum(['basic', 'post']).optional(),
      scope: z.string().min(1).optional(),
      audience: z.string().min(1).optional(),
    })
    .optional(),
  creditMemos: z
    .strictObject({
      type: code(4).optional(),
      // A request without a block is billed as soon as a billing run meets it.
      billingBlock: code(2).optional(),
      reasons: z.record(z.string().regex(/^[a-z][a-z_]{0,39}$/, 'use a name such as price'), code(3)).optional(),
      rejectionReason: code(2).optional(),
      priceCondition: code(4).optional(),
    })
    .optional(),
  deliveryReferenceField: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'use the name of a field')
    .optional(),
  maxServerTime: z.int().min(60_000).max(86_400_000).optional(),
  patience: z.int().min(1_000).max(20_000).optional(),
  // The same for every kind: looked at with the whole configuration.
  credentialsWarnAfterDays: z.int().min(1).max(1000).optional(),
  limits: z.unknown().optional(),
  freeze: z.unknown().optional(),
});

/** Refuses options that no system can be made of. Throws `ConfigurationError` naming the first wrong field. */
export function checkOptions(given: S4hanaOptions): void {
  const issue = options.safeParse(given).error?.issues[0];
  if (issue) throw new ConfigurationError(['s4hana', ...issue.path].join('.'), issue.message);
}
