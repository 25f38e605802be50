import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSignature, signature } from '../../../lib/people/sealed.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test('no other spelling of a signature is one: of the last letter only one is right', () => {
  for (let n = 0; n < 50; n++) {
    const key = randomBytes(32);
    const given = signature(key, 'session', 'text');
    const right = [...alphabet].filter((last) => isSignature(`${given.slice(0, -1)}${last}`, key, 'session', 'text'));
    expect(right).toEqual([given.at(-1)]);
  }
});

test.each(['=', ' ', '\n', '.'])('nor is one with %j behind it', (more) => {
  const key = randomBytes(32);
  expect(isSignature(`${signature(key, 'session', 'text')}${more}`, key, 'session', 'text')).toBe(false);
});
