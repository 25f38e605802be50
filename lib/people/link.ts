import { createHash, randomBytes } from 'node:crypto';

/** Whom a link was mailed to, and about which round. It names; it authorises nothing. */
export interface Link {
  readonly approvalId: string;
  readonly approver: string;
  /** TTL in epoch seconds. */
  readonly expiration: number;
}

/** The store of links, by the hash of what stands in the mail. */
export interface Links {
  put(hash: string, link: Link): Promise<void>;
  find(hash: string): Promise<Link | undefined>;
}

/** What stands in a mail's link, 256 random bits, and what is stored of it. */
export function newLink(random: (bytes: number) => Buffer = randomBytes): {
  readonly id: string;
  readonly hash: string;
} {
  const id = random(32).toString('base64url');
  return { id, hash: hashOfLink(id) };
}

/** SHA-256 of a link's id, in hex. */
export const hashOfLink = (id: string): string => createHash('sha256').update(id).digest('hex');
