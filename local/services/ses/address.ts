/** What is sent from: an address and the domain in it. */
export interface Address {
  readonly address: string;
  readonly domain: string;
}

// Only the local part may have upper and lower case that differ; domains do not.
const shape = /^(?:[^<>\r\n]*<([^<>\s@]+)@([a-z0-9.-]+)>|([^<>\s@]+)@([a-z0-9.-]+))$/i;

/** Reads an address with or without a display name, such as `Countersign <approvals@example.com>`; nothing when it is none. */
export const parseAddress = (text: string): Address | undefined => {
  if (text.length > 320 || /[^\x20-\x7e]/.test(text)) return undefined;
  const [, named, namedDomain, bare, bareDomain] = shape.exec(text.trim()) ?? [];
  const domain = (namedDomain ?? bareDomain)?.toLowerCase();
  return domain === undefined ? undefined : { address: `${named ?? bare}@${domain}`, domain };
};
