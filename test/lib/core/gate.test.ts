import { expect, test } from 'vitest';
import { parseGuarded } from '../../../lib/core/gate.ts';

const refusal = (body: string): string => {
  try {
    parseGuarded(body);
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

test('ordinary JSON passes', () => {
  expect(parseGuarded('{"a":{"b":[1,"x\\"y",null]},"c":"{\\"a\\":1}"}')).toEqual({
    a: { b: [1, 'x"y', null] },
    c: '{"a":1}',
  });
});

test.each([
  ['not JSON', '{'],
  ['a name that occurs twice', '{"amount":"1","amount":"2"}'],
  ['a name that occurs twice in another spelling', '{"amount":"1","\\u0061mount":"2"}'],
  ['a doubled name below another object', '{"x":[{"a":1},{"b":{"c":1,"c":2}}]}'],
  ['__proto__', '{"__proto__":{"admin":true}}'],
  ['constructor', '{"a":{"constructor":1}}'],
  ['depth 33', `${'['.repeat(33)}${']'.repeat(33)}`],
  ['depth 20,000', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
])('%s is refused', (_, body) => expect(refusal(body)).toBe('INPUT_INVALID'));

test('equal names in different objects and equal values are no duplicates', () => {
  expect(refusal('{"a":{"x":1},"b":{"x":1},"c":"a","d":["a","a"]}')).toBe('accepted');
});

test.each([
  ['10 MB', 'x'.repeat(10_000_000)],
  ['100,000 names', `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
])('%s is too large', (_, body) => expect(refusal(body)).toBe('INPUT_TOO_LARGE'));
