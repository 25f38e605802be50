import type { Incoming } from '../../../lib/simulation/server.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';

const root = '/portal/v1/';

/** What a request addresses: a collection, a record of it, and what hangs on that. */
export interface Address {
  readonly collection: string;
  readonly id: string | undefined;
  readonly part: string | undefined;
  readonly query: URLSearchParams;
}

/** Undefined outside of the portal's API, and for what is no path of it. */
export function addressOf({ target }: Pick<Incoming, 'target'>): Address | undefined {
  const { pathname, searchParams: query } = new URL(target, 'http://portal');
  if (!pathname.startsWith(root)) return undefined;
  const [collection = '', id, part, ...others] = pathname.slice(root.length).split('/').map(decoded);
  if (others.length > 0) return undefined;
  return { collection, id, part, query };
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/** What a request addresses, for counts and faults: `accounts`, `accounts/invitation`, `announcements`, `mails`, `me`. */
export const classify = (incoming: Incoming): Call => {
  const address = addressOf(incoming);
  const entity = address ? [address.collection, ...(address.part ? [address.part] : [])].join('/') : 'unknown';
  const { method } = incoming;
  return { method, entity, modifying: !['GET', 'HEAD', 'OPTIONS'].includes(method) };
};
