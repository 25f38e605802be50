import type { Transport } from '../connector.ts';
import { isCountersignError } from '../errors.ts';
import type { Meter } from './meter.ts';
import type { Report } from './report.ts';
import { waitHint } from './wait-hint.ts';

/** What a system's requests are counted by; times in ms. */
export interface Metering {
  readonly meter: Meter;
  /** Addresses that another server answers, such as the token endpoint. */
  readonly apart: readonly string[];
  /** An answer that took longer is a failure. */
  readonly slowMs: number;
  now(): number;
}

/** Longest time that one request may take, in ms: it and the longest wait for a slot are shorter than its place lasts. */
const longestSocket = 24_000;

/** Whoever was cut off earlier was not given the time to answer, in ms. */
const leastTime = 1_000;

/**
 * Lets every request pass the meter of its system. A slot is taken before anything is sent, and looked at once more on
 * the open connection: connecting may have taken longer than the slot is good.
 */
export const meteredTransport =
  (next: Transport, { meter, apart, slowMs, now }: Metering): Transport =>
  async (url, request) => {
    if (apart.includes(url)) return next(url, request);
    const { permit } = request;
    // The place among those that speak to the system ends by itself: no socket outlives it.
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(longestSocket)]);
    const passage = await meter.enter({ write: permit !== undefined });
    let asked = 0;
    let isWaiting = false;
    let sentAt = now();
    const go = async (): Promise<void> => {
      isWaiting = true;
      await (asked++ === 0 ? passage.go(signal) : passage.goAgain(signal));
      await permit?.();
      isWaiting = false;
      sentAt = now();
    };
    let report: Omit<Report, 'ids'> = { health: 'none' };
    try {
      const response = await next(url, { ...request, signal, ...(permit ? { permit: go } : { ready: go }) });
      report = reportOf(response, { tookMs: now() - sentAt, slowMs, now: now() });
      return response;
    } catch (error) {
      const hadTime = !signal.aborted || now() - sentAt >= leastTime;
      if (!isWaiting && hadTime && isFailure(error)) report = { health: 'bad' };
      throw error;
    } finally {
      passage.done(report);
    }
  };

const unavailable: ReadonlySet<number> = new Set([502, 503, 504]);

function reportOf(
  response: Response,
  { tookMs, slowMs, now }: { tookMs: number; slowMs: number; now: number },
): Omit<Report, 'ids'> {
  const health = unavailable.has(response.status) || tookMs > slowMs ? 'bad' : 'good';
  return { health, waitUntil: waitHint(response, now) };
}

/** The connection failed or nothing came back; what we refused ourselves says nothing about the system. */
const isFailure = (error: unknown): boolean => !isCountersignError(error) || error.code === 'SYSTEM_UNAVAILABLE';
