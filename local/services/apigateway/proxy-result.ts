import * as z from 'zod';
import type { Answer } from '../../http/answer.ts';

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const proxyResult = z.strictObject({
  statusCode: z.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

/** Headers of the connection or the gateway: a function's own come out under another name. */
const remapped: readonly string[] = [
  'connection',
  'content-length',
  'date',
  'server',
  'transfer-encoding',
  'www-authenticate',
];

/** Turns what the function returned (JSON) into an answer; `undefined` when it is no proxy result, which the gateway answers with 502. */
export const proxyAnswer = (payload: string, requestId: string): Answer | undefined => {
  const parsed = proxyResult.safeParse(JSON.parse(payload));
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  const merged: Record<string, string | string[]> = {
    'content-type': 'application/json',
    'x-amzn-requestid': requestId,
  };
  for (const [name, value] of [...Object.entries(headers ?? {}), ...Object.entries(multiValueHeaders ?? {})]) {
    const lower = name.toLowerCase();
    merged[remapped.includes(lower) ? `x-amzn-remapped-${lower}` : lower] = value;
  }
  return { status: statusCode, headers: merged, body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') };
};
