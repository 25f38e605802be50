import { expect, test } from 'vitest';
import { type Evidence, noEvidence, type ShownDocument } from '../../../../lib/core/operation/evidence.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { checkUninvolved, claim, confirm, resolve, type Verdict } from '../../../../lib/core/operation/review.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';

const minute = 60_000;
const olga = { by: 'olga', why: 'Seen in the ERP.' };
const notApplied: Verdict = { what: 'not_applied' };
const appliedAs = (document: string, deviates = false): Verdict => ({ what: 'applied', document, deviates });

async function inReview(overrides: Partial<Operation> = {}) {
  const { operations, state } = memoryOperations();
  await operations.open(draftOf('o1', state.now, { state: 'unknown' }));
  const current = async () => (await operations.get('o1')) as Operation;
  await operations.change(await current(), { state: 'review', reason: 'DUPLICATE_EFFECT', ...overrides });
  return { operations, state, current };
}

const shown = (changes: Partial<ShownDocument> = {}): ShownDocument => ({
  ...{ document: '4500000007', exists: true, isNamed: true, agrees: true, output: { status: 'released' } },
  ...changes,
});
const shows = (finding: Evidence['finding'], documents: ShownDocument[] = [], reason: string = finding): Evidence => ({
  ...{ asked: 1, finding, reason, documents },
});
const found = (changes: Partial<ShownDocument> = {}) => shows('found', [shown(changes)]);

test('a claim keeps others away for half an hour, and is renewed by its holder', async () => {
  const { operations, state, current } = await inReview();
  const claimed = await claim(operations, await current(), 'olga');
  expect(claimed).toMatchObject({ claim: { by: 'olga', until: state.now + 30 * minute }, act: { what: 'claimed' } });
  const facts = { claimedBy: 'olga' };
  await expect(claim(operations, await current(), 'piet')).rejects.toMatchObject({ code: 'CLAIMED', facts });
  state.now += 20 * minute;
  expect((await claim(operations, await current(), 'olga')).claim?.until).toBe(state.now + 30 * minute);
  state.now += 31 * minute;
  expect((await claim(operations, await current(), 'piet')).claim?.by).toBe('piet');
});

test('of two who claim at once one has it', async () => {
  const { operations, current } = await inReview();
  const seen = await current();
  const both = await Promise.allSettled([claim(operations, seen, 'olga'), claim(operations, seen, 'piet')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('what somebody else holds is not resolved', async () => {
  const { operations, current } = await inReview();
  await claim(operations, await current(), 'piet');
  const said = { verdict: notApplied, evidence: shows('absent'), said: olga };
  await expect(resolve(operations, await current(), said)).rejects.toMatchObject({ code: 'CLAIMED' });
});

test('since when it is in review does not change with who looks after it', async () => {
  const { operations, state, current } = await inReview();
  const { since } = await current();
  state.now += minute;
  expect((await claim(operations, await current(), 'olga')).since).toBe(since);
});

test('a proven absence settles at once, for good', async () => {
  const { operations, current } = await inReview();
  const said = { verdict: notApplied, evidence: shows('absent'), said: olga };
  const settled = await resolve(operations, await current(), said);
  expect(settled).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP', act: { what: 'resolved', ...olga } });
  expect([settled.reopenable, settled.claim, settled.unsettled]).toEqual([undefined, undefined, undefined]);
});

test('what the system shows, or may still do, is not said to be without effect', async () => {
  const { operations, current } = await inReview();
  const seen = await current();
  const tooEarly = { ...shows('unclear', [], 'ABSENT_TOO_EARLY'), provenFrom: 5 };
  for (const evidence of [found(), tooEarly, noEvidence(1, 'LOOKUP_FAILED')])
    await expect(resolve(operations, seen, { verdict: notApplied, evidence, said: olga })).rejects.toMatchObject({
      code: 'EVIDENCE_MISSING',
    });
  expect(await current()).toEqual(seen);
});

test('what no lookup can prove takes two people, and proof does not wait for the second', async () => {
  const { operations, current } = await inReview();
  const evidence = noEvidence(1, 'TOOL_GONE');
  const proposed = await resolve(operations, await current(), { verdict: notApplied, evidence, said: olga });
  expect(proposed).toMatchObject({ state: 'review', proposal: { what: 'not_applied', ...olga } });
  await expect(confirm(operations, proposed, { evidence, by: 'olga' })).rejects.toMatchObject({
    code: 'NOT_YOURS_TO_DECIDE',
  });
  await expect(confirm(operations, proposed, { evidence: found(), by: 'piet' })).rejects.toMatchObject({
    code: 'EVIDENCE_MISSING',
  });
  const settled = await confirm(operations, proposed, { evidence, by: 'piet' });
  expect(settled).toMatchObject({ state: 'not_applied', act: { what: 'confirmed', by: 'piet', why: olga.why } });
});

test('an effect is said by one operator and confirmed by another, with the document as the answer', async () => {
  const { operations, current } = await inReview();
  const evidence = found();
  const verdict = appliedAs('4500000007');
  const proposed = await resolve(operations, await current(), { verdict, evidence, said: olga });
  expect(proposed).toMatchObject({ state: 'review', act: { what: 'proposed' } });
  const settled = await confirm(operations, proposed, { evidence, by: 'piet' });
  expect(settled).toMatchObject({
    ...{ state: 'applied', document: '4500000007', reason: 'RESOLVED', resultStatus: 200 },
    ...{ result: '{"status":"released"}', proposal: undefined },
  });
});

test('confirmed ten times at once it is settled once', async () => {
  const { operations, current } = await inReview();
  const evidence = found();
  const said = { verdict: appliedAs('4500000007'), evidence, said: olga };
  const proposed = await resolve(operations, await current(), said);
  const all = Array.from({ length: 10 }, () => confirm(operations, proposed, { evidence, by: 'piet' }));
  const won = (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled');
  expect([won.length, (await current()).version]).toEqual([1, proposed.version + 1]);
});

test.each<[string, ShownDocument[]]>([
  ['is not there', [shown({ exists: false })]],
  ['is another one', [shown({ document: '4500000008' })]],
  ['is none at all', []],
])('a document that %s is no effect, whoever accepts it', async (_, documents) => {
  const { operations, current } = await inReview();
  const evidence = shows('found', documents);
  const said = { verdict: appliedAs('4500000007', true), evidence, said: olga };
  await expect(resolve(operations, await current(), said)).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
});

const second = shown({ document: '4500000009' });
test.each<[string, ShownDocument[]]>([
  ['does not carry the reference', [shown({ isNamed: false })]],
  ['is not what was asked for', [shown({ agrees: false })]],
  ['has a twin that is not cancelled', [shown(), second]],
])('a document that %s is accepted only expressly', async (_, documents) => {
  const { operations, current } = await inReview();
  const evidence = shows('found', documents);
  const plainly = { verdict: appliedAs('4500000007'), evidence, said: olga };
  await expect(resolve(operations, await current(), plainly)).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
  const expressly = { ...plainly, verdict: appliedAs('4500000007', true) };
  const proposed = await resolve(operations, await current(), expressly);
  expect(await confirm(operations, proposed, { evidence, by: 'piet' })).toMatchObject({ state: 'applied' });
});

test('a twin that is cancelled is in nobody’s way', async () => {
  const { operations, current } = await inReview();
  const evidence = shows('found', [shown(), { ...second, output: { status: 'cancelled' } }]);
  const said = { verdict: appliedAs('4500000007'), evidence, said: olga };
  expect(await resolve(operations, await current(), said)).toMatchObject({ proposal: { document: '4500000007' } });
});

test('a proposal ends with the state that it is about', async () => {
  const { operations, current } = await inReview();
  const said = { verdict: appliedAs('4500000007'), evidence: found(), said: olga };
  const proposed = await resolve(operations, await current(), said);
  const settled = (await operations.change(proposed, { state: 'applied', document: '4500000007' })).operation;
  expect(settled.proposal).toBeUndefined();
  await expect(confirm(operations, settled, { evidence: found(), by: 'piet' })).rejects.toMatchObject({
    code: 'STALE_STATE',
  });
});

const anna = { name: 'Anna  Müller', email: 'Anna@example.com' };
test.each([
  ['the owner of the agent', 'olga', { owner: 'olga', requester: undefined }],
  ['the requester', 'olga', { owner: undefined, requester: ' Olga ' }],
  ['the requester by name', 'anna', { owner: undefined, requester: 'anna müller' }],
  ['the requester by mail address', 'anna', { owner: undefined, requester: 'anna@EXAMPLE.com' }],
])('%s resolves nothing', (_, by, wanted) => {
  expect(() => checkUninvolved(by, { ...wanted, approvers: { anna } })).toThrow();
  expect(() => checkUninvolved('piet', { ...wanted, approvers: { anna } })).not.toThrow();
});
