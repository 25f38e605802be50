import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { entry, view } from './shapes.ts';
import { problem, type Reply, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>>;
afterEach(() => stack.close());

const kinds = { erp_create_purchase_order: 'purchase_order' };
const document = (id: string, changes: object = {}) => ({
  ...{ kind: 'purchase_order', document: id, reference: `R${id}`, amount: '900.00', currency: 'EUR' },
  ...{ companyCode: '1010', createdAt: '2026-01-15', changedAt: '2026-01-15T09:30:00Z', deleted: false },
  ...changes,
});
const systems = () => ({ body: { systems: [{ id: 'erp' }] } });
const journal = (...ids: readonly string[]) => ({
  body: {
    entries: ids.flatMap((id) => {
      const told = { id: `op-${id}`, reference: `R${id}` };
      return [entry(told), entry({ ...told, version: 2, type: 'operation.applied', document: id })];
    }),
  },
});
const days = ['--report', '--from', '2026-01-15'];

it('has all that is open looked up, in every system, and says what got no answer', async () => {
  const counts = { lookedAt: 3, failed: 0, isDone: true };
  stack = await stackWith({
    'GET /v1/admin/systems': systems,
    'POST /v1/admin/systems/erp/reconcile': () => ({ body: counts }),
  });
  expect(await stack.cli('operations', 'reconcile')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^erp +3 +0/m),
  });
  counts.failed = 1;
  expect((await stack.cli('operations', 'reconcile', '--system', 'erp')).code).toBe(4);
});

it('still looks up one that is named', async () => {
  stack = await stackWith({ 'POST /v1/admin/operations/op-1/reconcile': () => ({ body: view() }) });
  expect(await stack.cli('operations', 'reconcile', 'op-1')).toMatchObject({ code: 0 });
});

it('compares all pages with the journal, a day further on both sides, and says how far it is', async () => {
  stack = await stackWith({
    'GET /v1/admin/systems': systems,
    'GET /v1/admin/systems/erp/documents': ({ query }) =>
      query['cursor'] === undefined
        ? { body: { documents: [document('1')], nextCursor: 'purchase_order 1', kinds } }
        : { body: { documents: [document('2')], kinds } },
    'GET /v1/admin/journal': ({ query }) => (query['day'] === '2026-01-15' ? journal('1', '2') : journal()),
  });
  const { code, out, err } = await stack.cli('operations', 'reconcile', ...days);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Journal and system agree.') });
  expect(out).toMatch(/1010 +EUR +2 +1800 +0 +0/);
  expect(err).toContain('documents: 2\njournal: 2026-01-15\n');
  expect(stack.calls[1]?.query).toEqual({ from: '2026-01-14', to: '2026-01-16' });
  const asked = stack.calls.filter(({ path }) => path === '/v1/admin/journal').map(({ query }) => query['day']);
  expect(asked).toEqual(['2026-01-14', '2026-01-15', '2026-01-16', '2026-01-17']);
});

it('ends with 1 where they do not agree, and names what does not', async () => {
  stack = await stackWith({
    'GET /v1/admin/systems/erp/documents': () => ({ body: { documents: [document('1'), document('9')], kinds } }),
    'GET /v1/admin/journal': ({ query }) => (query['day'] === '2026-01-15' ? journal('1', '2') : journal()),
  });
  const argv = ['operations', 'reconcile', ...days, '--to', '2026-01-15', '--system', 'erp'];
  const { code, out } = await stack.cli(...argv);
  expect(code).toBe(1);
  expect(out).toMatch(/Documents without an operation\n.*\n9 +purchase_order/);
  expect(out).toMatch(/Applied, and nowhere in the system\n.*\n2 .*op-2/);
  const { reports } = JSON.parse((await stack.cli(...argv, '--json')).out);
  expect(reports).toMatchObject([{ system: 'erp', orphans: [{ document: '9' }], missing: [{ operationId: 'op-2' }] }]);
});

it('asks again for a page that did not come, three times', async () => {
  const replies: Reply[] = ['lost', problem('SYSTEM_UNAVAILABLE'), { body: { documents: [], kinds } }];
  stack = await stackWith({
    'GET /v1/admin/systems/erp/documents': () => replies.shift() ?? problem('SYSTEM_UNAVAILABLE'),
    'GET /v1/admin/journal': () => journal(),
  });
  expect((await stack.cli('operations', 'reconcile', ...days, '--system', 'erp')).code).toBe(0);
  const failed = await stack.cli('operations', 'reconcile', ...days, '--system', 'erp');
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('SYSTEM_UNAVAILABLE') });
  const asked = stack.calls.filter(({ path }) => path.endsWith('/documents'));
  expect(asked).toHaveLength(6);
});

it('goes on where it was interrupted, and leaves nothing behind', async () => {
  const replies: Reply[] = [
    { body: { documents: [document('1')], nextCursor: 'purchase_order 1', kinds } },
    problem('UNSUPPORTED_BY_SYSTEM'),
    { body: { documents: [document('2')], kinds } },
  ];
  stack = await stackWith({
    'GET /v1/admin/systems/erp/documents': () => replies.shift() ?? problem('INTERNAL'),
    'GET /v1/admin/journal': ({ query }) => (query['day'] === '2026-01-15' ? journal('1', '2') : journal()),
  });
  const argv = ['operations', 'reconcile', ...days, '--system', 'erp', '--resume', 'report.json'];
  expect((await stack.cli(...argv)).code).toBe(1);
  const file = join(stack.directory, 'report.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await stack.cli(...argv, '--to', '2026-01-16')).err).toContain('was not begun by this report');
  expect(await stack.cli(...argv)).toMatchObject({ code: 0, out: expect.stringContaining('2 documents') });
  const asked = stack.calls.filter(({ path }) => path.endsWith('/documents'));
  expect(asked.map(({ query }) => query['cursor'])).toEqual([undefined, 'purchase_order 1', 'purchase_order 1']);
  expect(existsSync(file)).toBe(false);
});

it('does not ask again for what will never come', async () => {
  stack = await stackWith({ 'GET /v1/admin/systems/erp/documents': () => problem('UNSUPPORTED_BY_SYSTEM') });
  expect((await stack.cli('operations', 'reconcile', ...days, '--system', 'erp')).code).toBe(1);
  expect(stack.calls).toHaveLength(1);
});

it.each([
  [['op-1', '--report', '--from', '2026-01-15'], 'not both'],
  [['--report'], 'needs --report, --from'],
  [['--from', '2026-01-15'], 'needs --report, --from'],
  [['--report', '--from', '2026-01-15', '--to', '2026-01-14'], 'not earlier'],
  [['--report', '--from', 'yesterday'], 'Give a day'],
  [['--system', '../x'], "no system's name"],
])('%j is refused before anything is asked', async (argv, message) => {
  stack = await stackWith({});
  const { code, err } = await stack.cli('operations', 'reconcile', ...argv);
  expect({ code, calls: stack.calls }).toEqual({ code: 2, calls: [] });
  expect(err).toContain(message);
});
