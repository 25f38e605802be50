import { createHash } from 'node:crypto';
import type { Answer } from '../core/operation/answer.ts';
import { largestBody } from './http.ts';
import type { Results } from './results.ts';

/** An answer above 4 MB goes into the results bucket; its body then says where: Lambda cannot answer more than 6 MB. */
export async function largeAnswers(results: Results, answer: Answer): Promise<Answer> {
  const bytes = Buffer.byteLength(answer.body);
  if (bytes <= largestBody) return answer;
  const key = `answers/${createHash('sha256').update(answer.body).digest('hex')}.json`;
  await results.put(key, answer.body);
  const resultLocation = await results.link(key);
  const body = JSON.stringify({ resultLocation, bytes, nextAction: 'GET resultLocation within 15 minutes, unsigned.' });
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' }, body };
}
