/** A request for a page, whatever carried it here. */
export interface PageRequest {
  readonly method: string;
  /** Below the base, such as `/a/…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** First value of a header, by its name in lower case. */
  header(name: string): string | undefined;
  readonly body: string;
  /** Where the pages come from, such as `https://approvals.example`. */
  readonly origin: string;
  /** What precedes every path, such as `/people`, or nothing. */
  readonly base: string;
}

/** A page, or the way to one. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of Set-Cookie. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/**
 * Whether a form was sent from a page of ours. Our pages send no referrer, so browsers say the origin "null" and
 * Sec-Fetch-Site "same-origin"; a browser that says neither who it is nor where it comes from is refused.
 */
export function isOwnForm({ header, origin }: PageRequest): boolean {
  const site = header('sec-fetch-site');
  const from = header('origin');
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return false;
  if (from !== undefined && from !== 'null' && from !== origin) return false;
  return site === undefined ? from === origin : site === 'same-origin';
}

const largestForm = 16_384;

/** The fields of a form; undefined when it is too large, or says a field twice. */
export function fieldsOf({ body }: PageRequest): Record<string, string> | undefined {
  if (body.length > largestForm) return undefined;
  const pairs = [...new URLSearchParams(body)];
  const fields = Object.fromEntries(pairs);
  return Object.keys(fields).length === pairs.length ? fields : undefined;
}
