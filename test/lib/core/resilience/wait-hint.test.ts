import { expect, test } from 'vitest';
import { waitHint } from '../../../../lib/core/resilience/wait-hint.ts';

const now = Date.parse('2026-01-15T09:30:00Z');

/** Seconds of silence that an answer asks for. */
const secondsOf = (status: number, headers: Record<string, string>): number | undefined => {
  const until = waitHint(new Response(null, { status, headers }), now);
  return until === undefined ? undefined : (until - now) / 1000;
};

test.each<[number, Record<string, string>, number | undefined]>([
  [429, {}, 1],
  [503, {}, undefined],
  [200, {}, undefined],
  [429, { 'retry-after': '30' }, 30],
  [503, { 'retry-after': '30' }, 30],
  [200, { 'retry-after': '30' }, undefined],
  [429, { 'retry-after': 'Thu, 15 Jan 2026 09:31:00 GMT' }, 60],
  [503, { 'retry-after': 'Thu, 15 Jan 2026 09:00:00 GMT' }, undefined],
  [503, { 'retry-after': '-5' }, undefined],
  [503, { 'retry-after': '1e9' }, undefined],
  [429, { 'retry-after': '1e9' }, 1],
  [429, { 'retry-after': '1000000000' }, 900],
  [429, { 'retry-after': 'soon' }, 1],
  [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 12],
  [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 20) }, 20],
  [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + 20_000) }, 20],
  [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 - 20) }, undefined],
  [200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '12' }, undefined],
  [200, { 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '12' }, undefined],
  [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'later' }, undefined],
  [200, { 'x-ratelimit-remaining': '0' }, undefined],
  [200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '7' }, 7],
  [200, { ratelimit: '"default";r=0;t=30' }, 30],
  [200, { ratelimit: '"default";r=5;t=30' }, undefined],
  [200, { ratelimit: '"burst";r=0;t=3, "daily";r=900;t=80000' }, 3],
  [200, { ratelimit: '"burst";r=1;t=3, "daily";r=0;t=80000' }, 900],
  [200, { ratelimit: 'limit=10, remaining=0, reset=8' }, 8],
  [200, { ratelimit: 'limit=10, remaining=4, reset=8' }, undefined],
  [200, { ratelimit: 'nonsense' }, undefined],
  [429, { 'retry-after': '2', ratelimit: '"default";r=0;t=30' }, 30],
])('%i with %j asks for %j seconds of silence', (status, headers, seconds) => {
  expect(secondsOf(status, headers)).toBe(seconds);
});
