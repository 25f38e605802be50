import type { Finding } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { PortalClient } from './client.ts';
import { mapError } from './map-error.ts';

/** A reference that no record has: asking for it proves that the portal finds records by their references. */
const nobody = 'X0000000CHECK';

/** Proves, without changing anything, that we are let in and that references can be looked up. */
export function check(client: PortalClient, signal: AbortSignal): Promise<readonly Finding[]> {
  const found = async (collection: 'accounts' | 'announcements') => {
    const ids = await client.referenced(collection, nobody, { signal });
    if (ids.length > 0)
      throw new CountersignError(
        'SYSTEM_ANSWER_INVALID',
        `The portal shows ${ids.length} records for a reference that none has.`,
      );
    return 'found by their reference';
  };
  return Promise.all([
    finding('key', async () => {
      const { name, access } = await client.me({ signal });
      return `signed in as ${name}, to ${access}`;
    }),
    finding('accounts', () => found('accounts')),
    finding('announcements', () => found('announcements')),
  ]);
}

/** An error is a finding, with its code: one that fails must not hide the others. */
async function finding(what: string, prove: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, detail: await prove() };
  } catch (error) {
    const { code, message } = mapError(error);
    return { what, ok: false, detail: `${code}: ${message}` };
  }
}
