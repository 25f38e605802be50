import * as z from 'zod';
import { accountStatus } from '../../contracts/portal/portal-account.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { Call } from '../../lib/core/tool.ts';
import type { PortalClient } from './client.ts';

/** What changes of an account compare. */
export const accountState = z.strictObject({
  version: z.int(),
  status: accountStatus,
  invitation: z.enum(['none', 'open', 'accepted', 'withdrawn']),
  invitedAt: z.string().optional(),
});

/** As the portal shows it at one moment. */
export type AccountState = z.output<typeof accountState>;

/** Reads it. */
export async function accountStateOf(id: string, { client, signal }: Call<PortalClient>): Promise<AccountState> {
  const { version, status, invitation } = await client.account(id, { signal });
  return {
    ...{ version, status, invitation: invitation.state },
    ...(invitation.sentAt !== null && { invitedAt: invitation.sentAt }),
  };
}

/** Throws `STALE_STATE` where the caller decided on another version. */
export function expectVersion(expected: string | undefined, { version }: AccountState): void {
  if (expected !== undefined && expected !== String(version))
    throw new CountersignError('STALE_STATE', `The account has version ${version}.`, { facts: { version } });
}
