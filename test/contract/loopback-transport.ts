import type { Transport } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';

const codeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;

/** The transport of tests: this machine only, no redirects. */
export const loopbackTransport: Transport = async (url, request) => {
  if (new URL(url).hostname !== '127.0.0.1') throw new CountersignError('HOST_NOT_ALLOWED', `${url} is elsewhere.`);
  const { method, headers, body, signal, permit } = request;
  await permit?.();
  try {
    return await fetch(url, { method, headers, ...(body !== undefined && { body }), signal, redirect: 'manual' });
  } catch (cause) {
    const applied = codeOf(cause) === 'ECONNREFUSED' ? 'no' : 'unknown';
    throw new CountersignError('SYSTEM_UNAVAILABLE', 'The connection broke.', { cause, applied });
  }
};
