const longest = 3600;

/** Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): a number or a date, between 0 and an hour; undefined when there is no sense in it. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  const seconds = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : (httpDate(value) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), longest);
}

/** Only the date formats of HTTP: `Date.parse` alone would take nearly anything. */
const httpDate = (value: string): number => (/^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN);
