import { afterEach, describe, expect, it } from 'vitest';
import { adminView } from './shapes.ts';
import { cliWith, problem, type Reply, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>>;
afterEach(() => stack.close());

const row = (changes: Record<string, unknown> = {}) =>
  adminView({
    ...{ state: 'dead', system: 'erp', attempts: 5, reason: 'ATTEMPTS_SPENT', lastError: 'SYSTEM_UNAVAILABLE' },
    ...{ since: '2026-01-15T10:00:00.000Z', result: undefined, document: undefined, nextAction: 'Look.' },
    ...changes,
  });
const listing = (...ids: readonly string[]): Reply => ({
  body: { system: 'erp', operations: ids.map((operationId) => row({ operationId })) },
});
const systems = () => ({ body: { systems: [{ id: 'erp' }] } });
const act = (id: string, what: string) => `POST /v1/admin/operations/${id}/${what}`;

describe('dead', () => {
  it('lists what is dead in every system, page by page, with the last error', async () => {
    stack = await stackWith({
      'GET /v1/admin/systems': systems,
      'GET /v1/admin/dead': ({ query }) =>
        query['cursor'] === undefined
          ? { body: { operations: [row({ operationId: 'b' })], nextCursor: 'next' } }
          : { body: { operations: [row({ operationId: 'a', since: '2026-01-14T10:00:00.000Z' })] } },
    });
    const { code, out } = await stack.cli('dead', 'list');
    expect(code).toBe(0);
    expect(
      out
        .split('\n')
        .slice(1, 3)
        .map((line) => [line.slice(0, 10), line.at(-1)]),
    ).toEqual([
      ['2026-01-14', 'a'],
      ['2026-01-15', 'b'],
    ]);
    expect(out).toContain('SYSTEM_UNAVAILABLE');
  });

  it('shows one with what it asks for, and ends with 1 where it is dead no more', async () => {
    let state = 'dead';
    stack = await stackWith({ 'GET /v1/admin/operations/op-1': () => ({ body: row({ state }) }) });
    const { code, out } = await stack.cli('dead', 'show', 'op-1');
    expect(code).toBe(0);
    expect(out).toMatch(/since +2026-01-15T10:00:00/);
    expect(out).toContain('"supplier": "17300001"');
    state = 'queued';
    expect((await stack.cli('dead', 'show', 'op-1')).code).toBe(1);
  });

  it('redrives several, goes on after a refusal, and says how far it is', async () => {
    const queued = () => ({ body: row({ state: 'queued' }) });
    stack = await stackWith({
      ...{ [act('a', 'redrive')]: queued, [act('c', 'redrive')]: queued },
      [act('b', 'redrive')]: () => problem('STALE_STATE', 'The operation is applied by now.'),
    });
    const { code, out, err } = await stack.cli('dead', 'redrive', 'a', 'b', 'c', '--reason', 'Repaired.', '--json');
    expect(code).toBe(1);
    const { redriven, refused } = JSON.parse(out);
    expect([redriven.length, refused]).toMatchObject([2, [{ operationId: 'b', problem: { code: 'STALE_STATE' } }]]);
    expect(err).toContain('3 of 3');
    expect(JSON.parse(stack.calls[0]?.body ?? '')).toEqual({ reason: 'Repaired.' });
  });

  it('redrives all but what is replaced, or may be', async () => {
    const proposal = { what: 'edit', by: 'olga', at: '', why: 'x' };
    const operations = [
      row({ operationId: 'a' }),
      row({ operationId: 'b', proposal }),
      row({ operationId: 'c', editedAs: 'd' }),
    ];
    stack = await stackWith({
      'GET /v1/admin/dead': () => ({ body: { operations } }),
      [act('a', 'redrive')]: () => ({ body: row({ state: 'queued' }) }),
    });
    const { code, out } = await stack.cli('dead', 'redrive', '--all', '--system', 'erp', '--reason', 'x');
    expect({ code, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, last: '1 redriven.' });
  });

  it('leaves the rest dead when it is interrupted between two', async () => {
    const interrupt = new AbortController();
    stack = await stackWith({
      'GET /v1/admin/dead': () => listing('a', 'b'),
      [act('a', 'redrive')]: () => {
        interrupt.abort();
        return { body: row({ state: 'queued' }) };
      },
    });
    const argv = ['dead', 'redrive', '--all', '--system', 'erp', '--rate', '60/min', '--reason', 'x', '--json'];
    const { code, out } = await cliWith({ directory: stack.directory, interrupted: interrupt.signal }, ...argv);
    expect([code, JSON.parse(out).redriven.length, stack.calls.length]).toEqual([0, 1, 2]);
  });

  it.each([
    [['dead', 'redrive', '--reason', 'x'], 'or say --all'],
    [['dead', 'redrive', 'a', '--all', '--reason', 'x'], 'or say --all'],
    [['dead', 'redrive', 'a'], "required option '--reason <text>'"],
    [['dead', 'redrive', 'a', '--reason', 'x', '--rate', '0/min'], 'how many in a minute'],
    [['dead', 'redrive', 'a', '--reason', 'x', '--rate', '5/s'], 'how many in a minute'],
    [['dead', 'edit', 'a', '--input', '{', '--reason', 'x'], '--input is not JSON'],
    [['review', 'resolve', 'a', '--reason', 'x'], 'Say either'],
    [['review', 'resolve', 'a', '--applied', '1', '--not-applied', '--reason', 'x'], 'Say either'],
    [['review', 'resolve', 'a', '--not-applied', '--accept-deviation', '--reason', 'x'], 'goes with --applied'],
  ])('%j is refused before anything is asked', async (argv, message) => {
    stack = await stackWith({});
    const { code, err } = await stack.cli(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(stack.calls).toEqual([]);
  });

  it('an edit goes to a second operator, a discard that found an effect to review', async () => {
    const proposal = { what: 'edit', by: 'operator', at: '2026-01-15T11:00:00.000Z', why: 'Wrong site.', input: '{}' };
    stack = await stackWith({
      [act('op-1', 'edit')]: () => ({ body: row({ proposal }) }),
      [act('op-1', 'discard')]: () => ({ body: row({ state: 'review', reason: 'LATE_EFFECT' }) }),
    });
    const edit = await stack.cli('dead', 'edit', 'op-1', '--input', '{"a":"1"}', '--reason', 'Wrong site.');
    expect(edit).toMatchObject({ code: 0, out: expect.stringContaining('npx countersign dead confirm op-1') });
    expect(JSON.parse(stack.calls[0]?.body ?? '')).toEqual({ reason: 'Wrong site.', input: { a: '1' } });
    expect((await stack.cli('dead', 'discard', 'op-1', '--reason', 'x')).code).toBe(4);
  });
});

describe('review', () => {
  const evidence = (changes: object = {}) => ({
    body: {
      ...{ asked: 1, finding: 'found', reason: 'FOUND' },
      documents: [
        { document: '4500000007', exists: true, isNamed: true, agrees: false, output: { status: 'released' } },
      ],
      ...changes,
    },
  });

  it('shows what the system shows now, and how to go on', async () => {
    stack = await stackWith({
      'GET /v1/admin/operations/op-1': () => ({ body: row({ state: 'review', reason: 'CONTENT_DIFFERS' }) }),
      'GET /v1/admin/operations/op-1/evidence': () => evidence(),
    });
    const { code, out } = await stack.cli('review', 'show', 'op-1', '--document', '4500000007');
    expect(code).toBe(0);
    expect(out).toMatch(/4500000007 +yes +yes +no/);
    expect(out).toContain('review resolve op-1 --applied 4500000007');
    expect(stack.calls[1]?.query).toEqual({ document: '4500000007' });
  });

  it('shows of an update what the document was and is', async () => {
    const states = { before: { price: '10' }, now: { price: '12' } };
    stack = await stackWith({
      'GET /v1/admin/operations/op-1': () => ({ body: row({ state: 'review', reason: 'CHANGED_OTHERWISE' }) }),
      'GET /v1/admin/operations/op-1/evidence': () => evidence(states),
    });
    expect((await stack.cli('review', 'show', 'op-1')).out).toMatch(
      /Before: \{\s+"price": "10"[\s\S]*Now: \{\s+"price": "12"/,
    );
  });

  it('says when an absence will count', async () => {
    const unclear = { finding: 'unclear', reason: 'ABSENT_TOO_EARLY', provenFrom: 1_800_000_000_000, documents: [] };
    stack = await stackWith({
      'GET /v1/admin/operations/op-1': () => ({ body: row({ state: 'review' }) }),
      'GET /v1/admin/operations/op-1/evidence': () => evidence(unclear),
    });
    expect((await stack.cli('review', 'show', 'op-1')).out).toContain('counts from 2027-01-15T08:00:00.000Z on');
  });

  it('what a second operator has to confirm ends with 4', async () => {
    const proposal = { what: 'applied', by: 'operator', at: '', why: 'Seen.', document: '4500000007' };
    stack = await stackWith({
      [act('op-1', 'resolve')]: () => ({ body: row({ state: 'review', proposal }) }),
      [act('op-1', 'confirm')]: () => problem('NOT_YOURS_TO_DECIDE', 'Who proposed it does not confirm it.'),
    });
    const said = ['--applied', '4500000007', '--accept-deviation', '--reason', 'Seen.'];
    const resolved = await stack.cli('review', 'resolve', 'op-1', ...said);
    expect(resolved).toMatchObject({ code: 4, out: expect.stringContaining('npx countersign review confirm op-1') });
    const body = { verdict: 'applied', document: '4500000007', acceptDeviation: true, reason: 'Seen.' };
    expect(JSON.parse(stack.calls[0]?.body ?? '')).toEqual(body);
    expect(await stack.cli('review', 'confirm', 'op-1')).toMatchObject({ code: 1 });
  });
});
