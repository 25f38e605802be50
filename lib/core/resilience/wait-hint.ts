import { retryAfterOf } from './retry-after.ts';

/** No system silences us for longer by one answer, in seconds. */
const longest = 900;
/** Who says "too many" and not for how long. */
const unlessTold = 1;

/**
 * Until when an answer asks for silence, in ms: `Retry-After` of a 429 or 503, a `RateLimit` (IETF draft, any revision) or
 * `X-RateLimit-…` that has nothing left. Nonsense is no hint.
 */
export function waitHint({ status, headers }: Pick<Response, 'status' | 'headers'>, now: number): number | undefined {
  const asked = status === 429 || status === 503 ? retryAfterOf(headers.get('retry-after'), now) : undefined;
  const hints = [asked, ...structured(headers.get('ratelimit') ?? ''), separate(headers, now)];
  const seconds = hints.filter((hint) => hint !== undefined && hint > 0);
  if (seconds.length === 0) return status === 429 ? now + unlessTold * 1000 : undefined;
  return now + Math.min(Math.max(...seconds.map(Number)), longest) * 1000;
}

/** `"default";r=0;t=30`, one for each policy; earlier revisions `limit=10, remaining=0, reset=30`. */
const structured = (header: string): (number | undefined)[] =>
  (/\bremaining\s*=/.test(header) ? [header] : header.split(',')).map((policy) => {
    const left = /\b(?:r|remaining)\s*=\s*(\d+)/.exec(policy)?.[1];
    const reset = /\b(?:t|reset)\s*=\s*(\d+)/.exec(policy)?.[1];
    return Number(left) === 0 && reset !== undefined ? Number(reset) : undefined;
  });

/** Seconds until the reset, which is told as a moment (epoch seconds or ms) or as a duration. */
function separate(headers: Headers, now: number): number | undefined {
  const of = (name: string) =>
    headers.get(`x-ratelimit-${name}`) ?? headers.get(`x-rate-limit-${name}`) ?? headers.get(`ratelimit-${name}`);
  const left = of('remaining')?.trim() ?? '';
  const reset = of('reset')?.trim() ?? '';
  if (!/^(0|-\d+)$/.test(left) || !/^\d+(\.\d+)?$/.test(reset)) return undefined;
  const told = Number(reset);
  if (told < 1e9) return told;
  return Math.ceil(((told < 1e12 ? told * 1000 : told) - now) / 1000);
}
