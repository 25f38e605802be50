import { afterEach, describe, expect, it } from 'vitest';
import { adminView, description, entry, view } from './shapes.ts';
import { cliWith, problem, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>>;
afterEach(() => stack.close());

it('lists the tools of an agent, and those that contain a text', async () => {
  stack = await stackWith({
    'GET /v1/tools': () => ({ body: { tools: [description({ summary: 'Red\u001b[31m\nalert.' })] } }),
  });
  const { code, out } = await stack.cli('tools', '--agent', 'reader-agent', '--contains', 'order');
  expect(code).toBe(0);
  expect(out.split('\n')[1]).toMatch(/^erp_create_purchase_order {2}create {2}auto {3}Red alert\.$/);
  expect(stack.calls[0]).toMatchObject({ caller: 'reader-agent', query: { contains: 'order' } });
});

it('shows what a tool takes, and an example that a shell can run', async () => {
  stack = await stackWith({ 'GET /v1/tools': () => ({ body: { tools: [description()] } }) });
  const { out } = await stack.cli('tools', 'show', 'erp_create_purchase_order');
  expect(out).toMatch(/lines\[\]\.unit {2,}yes {2,}"C62" \| "KGM"/);
  expect(out).toMatch(/note {2,}string \(date\)\n/);
  expect(out).toMatch(/status {2,}string \| null/);
  expect(out).toContain(`--input '{"supplier":"O'\\''Neill"}'`);
});

it('says so when the agent has no such tool', async () => {
  stack = await stackWith({ 'GET /v1/tools': () => ({ body: { tools: [] } }) });
  const { code, err } = await stack.cli('tools', 'show', 'erp_fly');
  expect(code).toBe(1);
  expect(err).toContain('This agent has no tool erp_fly.\nNext: List its tools');
});

it('shows problems with their advice, as text and as JSON', async () => {
  stack = await stackWith({ 'GET /v1/tools': () => problem('AGENT_UNKNOWN', 'Role x\u001b[2J is no agent.') });
  const shown = await stack.cli('tools');
  expect(shown).toMatchObject({ code: 1, out: '' });
  expect(shown.err).toBe(
    '403 AGENT_UNKNOWN: The signing role is not a configured agent.\nRole x is no agent.\nNext: Ask an operator of this deployment.\n',
  );
  const asJson = await stack.cli('tools', '--json');
  expect(asJson).toMatchObject({ code: 1, err: '' });
  expect(JSON.parse(asJson.out)).toMatchObject({ error: { exitCode: 1, problem: { code: 'AGENT_UNKNOWN' } } });
});

it('survives an answer that is no JSON, and one of another shape', async () => {
  const replies = [{ status: 502, body: '<html>\u001b[2J</html>' }, { body: { tools: [{}] } }];
  stack = await stackWith({ 'GET /v1/tools': () => replies.shift() ?? {} });
  expect((await stack.cli('tools')).err).toContain('The API answered 502: "<html>\\u001b[2J</html>"');
  expect((await stack.cli('tools')).err).toContain("The API's answer is not understood at tools.0.name");
});

it('lists operations as the first operator, with the way to the next page', async () => {
  const page = { operations: [{ ...view(), agent: 'buyer-agent' }], nextCursor: 'abc' };
  stack = await stackWith({ 'GET /v1/admin/operations': () => ({ body: page }) });
  const { out } = await stack.cli('operations', 'list', '--day', '2026-01-15', '--limit', '5');
  expect(out).toMatch(
    /applied {2}buyer-agent {2}erp_create_purchase_order {2}4500000301 {2,}op-1\n\nMore: --cursor abc/,
  );
  expect(stack.calls[0]).toMatchObject({ caller: 'operator', query: { day: '2026-01-15', limit: '5' } });
});

it.each(['2026-02-31', 'today', '2026-1-1'])('refuses %s as a day', async (day) => {
  stack = await stackWith({});
  expect((await stack.cli('operations', 'list', '--day', day)).code).toBe(2);
});

it("shows an agent's own operation, and with --operator everything recorded", async () => {
  stack = await stackWith({
    'GET /v1/operations/op-1': () => ({
      body: view({ state: 'not_applied', result: undefined, problem: { code: 'X' } }),
    }),
    'GET /v1/admin/operations/op-1': () => ({ body: adminView() }),
  });
  const own = await stack.cli('operations', 'get', 'op-1', '--agent', 'reader-agent');
  expect(own.code).toBe(1);
  expect(own.out).toContain('state      not_applied');
  expect(own.out).toContain('"code": "X"');
  const full = await stack.cli('operations', 'get', 'op-1', '--operator', '--json');
  expect(full.code).toBe(0);
  expect(JSON.parse(full.out)).toMatchObject({ principal: '000000000000/buyer-agent' });
  expect(stack.calls.map(({ caller }) => caller)).toEqual(['reader-agent', 'operator']);
});

it('takes an id that starts with a dash for an id', async () => {
  const id = `-${'f'.repeat(42)}`;
  stack = await stackWith({ [`GET /v1/operations/${id}`]: () => ({ body: view({ operationId: id }) }) });
  expect((await stack.cli('operations', 'get', id, '--json')).code).toBe(0);
});

it('refuses an id that would lead elsewhere', async () => {
  stack = await stackWith({});
  expect((await stack.cli('operations', 'reconcile', '../systems/erp/check')).code).toBe(2);
  expect(stack.calls).toEqual([]);
});

it('reconciles an operation and ends with what is true now', async () => {
  stack = await stackWith({
    'POST /v1/admin/operations/op-1/reconcile': () => ({ body: view({ state: 'review', reason: 'DUPLICATE_EFFECT' }) }),
  });
  const { code, out } = await stack.cli('operations', 'reconcile', 'op-1');
  expect(code).toBe(4);
  expect(out).toContain('reason     DUPLICATE_EFFECT');
});

it('explains an operation from its record and the journal, page by page', async () => {
  const pages = [
    { entries: [entry({ id: 'other' }), entry()], nextCursor: 'two' },
    {
      entries: [
        entry({ version: 2, type: 'operation.applied', at: Date.parse('2026-01-15T09:30:01Z'), document: '45' }),
      ],
    },
  ];
  stack = await stackWith({
    'GET /v1/admin/operations/op-1': () => ({ body: adminView() }),
    'GET /v1/admin/journal': () => ({ body: pages.shift() ?? { entries: [] } }),
  });
  const { code, out } = await stack.cli('operations', 'explain', 'op-1');
  expect(code).toBe(0);
  expect(out).toContain('09:30:00.000Z  buyer-agent asked for erp_create_purchase_order. Attempt 1 was recorded');
  expect(out).toContain('09:30:01.000Z  The system carried it out: document 45.');
  expect(out).not.toContain('What is not known');
  const asked = stack.calls.filter(({ path }) => path.endsWith('/journal')).map(({ query }) => query);
  expect(asked[1]).toEqual({ day: '2026-01-15', limit: '100', after: '1768469395000', cursor: 'two' });
});

it('shows the end of the journal, oldest first, one clean line each', async () => {
  const entries = [entry({ version: 2, reason: 'A\nB\u2028C' }), entry()];
  stack = await stackWith({ 'GET /v1/admin/journal': () => ({ body: { entries } }) });
  const { out } = await stack.cli('journal', 'tail', '-n', '2');
  expect(out.trimEnd().split('\n')).toEqual([
    '2026-01-15T09:30:00.000Z  operation.attempted    buyer-agent  erp_create_purchase_order  attempts 1  op-1',
    '2026-01-15T09:30:00.000Z  operation.attempted    buyer-agent  erp_create_purchase_order  A B C  attempts 1  op-1',
  ]);
});

it('follows the journal: late entries once, none twice, until it is interrupted', async () => {
  const now = Date.now();
  const controller = new AbortController();
  const pages = [
    [entry({ at: now })],
    [entry({ at: now - 9000, id: 'not asked for' }), entry({ at: now })],
    [entry({ at: now - 5000, id: 'late' }), entry({ at: now }), entry({ at: now + 1, version: 2 })],
    [entry({ at: now - 5000, id: 'late' }), entry({ at: now }), entry({ at: now + 1, version: 2 })],
    [entry({ at: now + 2, id: 'last' })],
  ];
  const follows = (query: Readonly<Record<string, string>>) => 'after' in query && query['day'] !== today(now);
  stack = await stackWith({
    'GET /v1/admin/journal': ({ query }) => ({ body: { entries: follows(query) ? [] : (pages.shift() ?? []) } }),
  });
  const lines: string[] = [];
  const onOut = (text: string) => {
    lines.push(text);
    if (text.includes('last')) controller.abort();
  };
  const { directory } = stack;
  const { code } = await cliWith(
    { directory, interrupted: controller.signal, onOut },
    'journal',
    'tail',
    '-f',
    '--json',
  );
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line)).map(({ id, version }) => `${id} ${version}`)).toEqual([
    'op-1 1',
    'late 1',
    'op-1 2',
    'last 1',
  ]);
});

const today = (at: number) => new Date(at).toISOString().slice(0, 10);

describe('approvals', () => {
  const asked = {
    ...{ id: 'op1.1', operationId: 'op1', tool: 'erp_create_purchase_order', agent: 'buyer-agent', status: 'pending' },
    ...{ need: 2, of: ['anna', 'ben'], decisions: [{ approver: 'anna', verdict: 'approve' }], why: 'Above 5000 EUR.' },
    ...{ headline: 'PO EUR 9000.00', createdAt: '2026-01-31T10:00:00Z', expiresAt: '2026-02-03T10:00:00Z' },
  };

  it('are listed, shown with what people see, and withdrawn', async () => {
    stack = await stackWith({
      'GET /v1/admin/approvals': () => ({ body: { approvals: [asked] } }),
      'GET /v1/admin/approvals/op1.1': () => ({ body: { ...asked, shown: { next: 'is sent' } } }),
      'POST /v1/admin/approvals/op1.1/withdraw': () => ({ body: { ...asked, status: 'withdrawn' } }),
      'POST /v1/admin/approvals/op1.1/remind': () => ({
        body: { ...asked, passedOn: [{ from: 'carla', to: 'ben', at: 1 }], unreached: ['ben'] },
      }),
    });
    expect((await stack.cli('approvals', 'list')).out).toMatch(
      /^2026-02-03T10:00:00Z +PO EUR 9000\.00 +buyer-agent +1 of 2 \(anna, ben\) +op1\.1$/m,
    );
    expect((await stack.cli('approvals', 'show', 'op1.1')).out).toContain('"next": "is sent"');
    expect((await stack.cli('approvals', 'withdraw', 'op1.1')).out).toMatch(/^status +withdrawn$/m);
    const reminded = (await stack.cli('approvals', 'remind', 'op1.1')).out;
    for (const line of [/^status +pending$/m, /^in place of +ben for carla$/m, /^no mail reaches +ben$/m])
      expect(reminded).toMatch(line);
    expect((await stack.cli('approvals', 'show', '../journal')).code).toBe(2);
  });

  it('have approvers, who are enrolled by what is shown once', async () => {
    const uri = 'otpauth://totp/Countersign%20local:anna?secret=ABC';
    stack = await stackWith({
      'GET /v1/admin/approvers': () => ({
        body: { approvers: [{ id: 'anna', name: 'Anna', email: 'anna@example.com', enrolled: false }] },
      }),
      'POST /v1/admin/approvers/anna/enrol': () => ({ body: { approver: 'anna', uri } }),
    });
    expect((await stack.cli('approvers', 'list')).out).toMatch(/^anna +Anna +anna@example\.com +no$/m);
    expect((await stack.cli('approvers', 'enrol', 'anna')).out).toContain(uri);
    expect((await stack.cli('approvers', 'enrol', '../x')).code).toBe(2);
  });
});

it('notes when an approver is absent, and that they are back', async () => {
  const absence = { from: '2026-12-21', to: '2027-01-06', standIn: 'carla' };
  stack = await stackWith({
    'POST /v1/admin/approvers/anna/absence': ({ body }) => ({
      body: { approver: 'anna', ...(!JSON.parse(body).end && { absence: JSON.parse(body) }) },
    }),
    'GET /v1/admin/approvers': () => ({
      body: { approvers: [{ id: 'anna', name: 'Anna', email: 'anna@example.com', enrolled: true, absence }] },
    }),
  });
  const period = ['--from', absence.from, '--to', absence.to];
  const noted = await stack.cli('approvers', 'absence', 'anna', ...period, '--stand-in', 'carla');
  expect(noted.out).toContain('anna is absent: 2026-12-21 to 2027-01-06, carla stands in.');
  expect((await stack.cli('approvers', 'list')).out).toMatch(/yes +2026-12-21 to 2027-01-06, carla stands in$/m);
  expect((await stack.cli('approvers', 'absence', 'anna', '--end')).out).toContain('anna is asked again.');
  for (const wrong of [[], ['--from', absence.from], [...period, '--end'], ['--end', '--stand-in', 'carla']])
    expect((await stack.cli('approvers', 'absence', 'anna', ...wrong)).code).toBe(2);
});

const system = (more: object = {}) => ({
  ...{ id: 'erp', kind: 's4hana', isaLevel: 4, tools: ['get_stock'], limits: { perSecond: 50, concurrent: 20 } },
  ...{ breaker: 'closed', failures: 0, inUse: 3, waitMs: 0, ...more },
});

const since = '2026-06-01T08:00:00.000Z';
it.each([
  [{ failures: 3 }, '3 failures in a row'],
  [{ breaker: 'open', since, until: since }, `down since ${since}, tried again at ${since}`],
  [{ breaker: 'half-open', since, until: since }, `down since ${since}, being tried`],
  [{ silentUntil: since }, `silent until ${since}, as it asked`],
  [{ frozen: { reason: 'closing', until: since } }, `writes frozen until ${since}: closing`],
  [{ paused: { by: 'olga', reason: 'count\n', since, reads: true } }, `paused by olga since ${since}: count`],
])('shows what keeps a system from being called: %j', async (more, text) => {
  stack = await stackWith({ 'GET /v1/admin/systems': () => ({ body: { systems: [system(more)] } }) });
  expect((await stack.cli('systems', 'status')).out.trimEnd()).toMatch(new RegExp(`${text}$`));
});

it('pauses a system and lets it go on, never without a reason', async () => {
  const paused = { by: 'olga', reason: 'stock count', since, reads: false };
  stack = await stackWith({
    'POST /v1/admin/systems/erp/pause': () => ({ body: system({ paused }) }),
    'POST /v1/admin/systems/erp/resume': () => ({ body: system() }),
  });
  const { out } = await stack.cli('systems', 'pause', 'erp', '--reason', 'stock count');
  expect(out).toBe(`erp: writes paused by olga since ${since}: stock count\n`);
  expect((await stack.cli('systems', 'resume', 'erp', '--reason', 'done')).out).toContain('in order');
  expect(stack.calls.map(({ body }) => JSON.parse(body))).toEqual([{ reason: 'stock count' }, { reason: 'done' }]);
  expect((await stack.cli('systems', 'pause', 'erp')).code).toBe(2);
  expect((await stack.cli('systems', 'pause', '../erp', '--reason', 'x')).code).toBe(2);
});

it('lists systems and checks all of them; one wrong finding is a failure', async () => {
  const finding = { what: 'fields', ok: true, detail: 'all there' };
  stack = await stackWith({
    'GET /v1/admin/systems': () => ({ body: { systems: [system()] } }),
    'POST /v1/admin/systems/erp/check': () => ({
      body: { system: 'erp', findings: [finding, { what: 'rights', ok: false, detail: 'no\u001b[0m right' }] },
    }),
  });
  expect((await stack.cli('systems', 'status')).out).toMatch(/^erp +s4hana +1 +50 +3 of 20 +0 ms +in order$/m);
  const { code, out } = await stack.cli('systems', 'check');
  expect(code).toBe(1);
  expect(out).toMatch(/^ok +erp +fields +all there$/m);
  expect(out).toMatch(/^WRONG +erp +rights +no right$/m);
});
