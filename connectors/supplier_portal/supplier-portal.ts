import * as z from 'zod';
import { announceShipment } from '../../contracts/announce-shipment.ts';
import { closePortalAccount } from '../../contracts/close-portal-account.ts';
import { getPortalAccount } from '../../contracts/get-portal-account.ts';
import { openPortalAccount } from '../../contracts/open-portal-account.ts';
import { sendPortalInvitation } from '../../contracts/send-portal-invitation.ts';
import { ConfigurationError } from '../../lib/core/configuration-error.ts';
import type { Origins } from '../../lib/core/connector.ts';
import type { FreezeWindow } from '../../lib/core/resilience/freeze.ts';
import type { Limits } from '../../lib/core/resilience/limits.ts';
import { type BusinessSystem, toolEntry } from '../../lib/core/system.ts';

const tools = [
  toolEntry(getPortalAccount, () => import('./tools/get-portal-account.ts')),
  toolEntry(openPortalAccount, () => import('./tools/open-portal-account.ts')),
  toolEntry(closePortalAccount, () => import('./tools/close-portal-account.ts')),
  toolEntry(sendPortalInvitation, () => import('./tools/send-portal-invitation.ts')),
  toolEntry(announceShipment, () => import('./tools/announce-shipment.ts')),
];

/** What a team configures for one partner portal. */
export interface SupplierPortalOptions {
  /** `api`: the address below which the portal answers `/portal/v1`. */
  readonly origins: (Origins & { readonly api: string }) | 'simulator';
  /** Longest wait for an answer, in ms, at most 20,000; 15,000 unless told. */
  readonly patience?: number;
  /** What the owner of the portal allows; 20 requests a second, 5 at once unless told. */
  readonly limits?: Limits;
  /** When nothing is written to it. */
  readonly freeze?: readonly FreezeWindow[];
  /** Age in days at which an alarm asks for new keys; 180 unless told. */
  readonly credentialsWarnAfterDays?: number;
}

const shape = z.strictObject({
  origins: z.union([z.literal('simulator'), z.strictObject({ api: z.url() })], {
    error: "use 'simulator', or the address api",
  }),
  patience: z.int().min(1_000).max(20_000).optional(),
  credentialsWarnAfterDays: z.int().min(1).max(1000).optional(),
  // The same for every kind: looked at with the whole configuration.
  limits: z.unknown().optional(),
  freeze: z.unknown().optional(),
});

/** The portal that business partners sign in to. Throws `ConfigurationError` naming the first wrong field. */
export function supplierPortal(options: SupplierPortalOptions): BusinessSystem<(typeof tools)[number]> {
  const issue = shape.safeParse(options).error?.issues[0];
  if (issue) throw new ConfigurationError(['supplierPortal', ...issue.path].join('.'), issue.message);
  const { origins, patience, limits, freeze, credentialsWarnAfterDays } = options;
  return {
    kind: 'supplier_portal',
    isaLevel: 4,
    origins,
    settings: {},
    organisation: { default: {} },
    ...(patience !== undefined && { patience }),
    ...(limits && { limits }),
    ...(freeze && { freeze }),
    ...(credentialsWarnAfterDays !== undefined && {
      credentials: { replacedBy: 'people', warnAfterDays: credentialsWarnAfterDays },
    }),
    tools,
    simulator: 'connectors/supplier_portal/simulator/main.ts',
    load: async () => (await import('./connector.ts')).connector,
  };
}
