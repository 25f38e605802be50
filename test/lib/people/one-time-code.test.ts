import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { signInRecords } from '../../../lib/aws/sign-in-records.ts';
import { type CodeCheck, isCodeOf } from '../../../lib/people/one-time-code.ts';
import { openApprovalsStore } from '../aws/approvals-store.ts';
import { codeOf, secrets } from './people-bench.ts';

const minute = 60_000;
let store: Awaited<ReturnType<typeof openApprovalsStore>>;
let on: CodeCheck;
let at = Date.UTC(2026, 6, 1, 12);

beforeAll(async () => {
  store = await openApprovalsStore();
  const records = signInRecords(store.client, store.tableName);
  on = { secrets, records, now: () => at, key: randomBytes(32) };
});
// Another hour: nobody is locked, no code was used.
beforeEach(() => {
  at += 60 * minute;
});
afterAll(() => store.close());

const tryAs = (name: 'anna' | 'bert', code: string) => isCodeOf(name, { typed: name, code }, on);
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('the code of this moment counts, and that of a step before or after; none farther away', async () => {
  for (const [steps, counts] of [
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const) {
    at += 10 * minute;
    expect(await tryAs('anna', codeOf('anna', at + steps * 30_000))).toBe(counts);
  }
});

test('a code works once, and no earlier one after it', async () => {
  const [earlier, code] = [codeOf('anna', at - 30_000), codeOf('anna', at)];
  expect(await tryAs('anna', code)).toBe(true);
  expect([await tryAs('anna', code), await tryAs('anna', earlier)]).toEqual([false, false]);
  at += 30_000;
  expect(await tryAs('anna', code)).toBe(false);
  expect(await tryAs('anna', codeOf('anna', at))).toBe(true);
});

test('of the same code five times at once, one signs in', async () => {
  const code = codeOf('anna', at);
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => tryAs('anna', code)));
  expect(answers.filter(Boolean)).toHaveLength(1);
});

test('five failures lock for 15 minutes, also for the right code; a success in time starts anew', async () => {
  for (let n = 0; n < 4; n++) expect(await tryAs('bert', wrong(codeOf('bert', at)))).toBe(false);
  expect(await tryAs('bert', codeOf('bert', at))).toBe(true);
  at += minute;
  for (let n = 0; n < 5; n++) expect(await tryAs('bert', wrong(codeOf('bert', at)))).toBe(false);
  at += 14 * minute;
  expect(await tryAs('bert', codeOf('bert', at))).toBe(false);
  at += minute;
  expect(await tryAs('bert', codeOf('bert', at))).toBe(true);
});

test('a hundred guesses at once are five guesses', async () => {
  const change = vi.spyOn(on.records, 'change');
  const guesses = Array.from({ length: 100 }, (_, n) => String(n * 1_009).padStart(6, '0'));
  const answers = await Promise.all(guesses.map((code) => tryAs('bert', code)));
  const counted = (await Promise.all(change.mock.results.map(({ value }) => value))).filter(Boolean);
  change.mockRestore();
  expect([answers.filter(Boolean).length, counted.length]).toEqual([0, 5]);
  expect(await tryAs('bert', codeOf('bert', at))).toBe(false);
});

test('a name that nobody has takes the same calls to the store, and is locked like any other', async () => {
  const callsOf = async (name: 'carl' | undefined) => {
    store.proxy.calls = [];
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await isCodeOf(name, { typed: name ?? 'mallory', code: '12345' }, on));
    return [...store.proxy.calls, ...answers];
  };
  expect(await callsOf(undefined)).toEqual(await callsOf('carl'));
  expect(store.proxy.calls).toHaveLength(11);
});

test('somebody without an authenticator, or with too short a secret, cannot sign in', async () => {
  const unusable: Record<string, string>[] = [{}, { anna: 'JBSWY3DPEHPK3PXP' }, { anna: 'not base 32' }];
  for (const given of unusable) {
    at += minute;
    expect(await isCodeOf('anna', { typed: 'anna', code: codeOf('anna', at) }, { ...on, secrets: given })).toBe(false);
  }
});

test.each(['', '12345', '1234567', '１２３４５６', '12345a', ' 12345', '0x1234'])('%j is no code', async (code) => {
  expect(await tryAs('anna', code)).toBe(false);
});
