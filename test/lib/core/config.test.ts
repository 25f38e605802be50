import { describe, expect, test } from 'vitest';
import { configurationFor } from '../../../lib/core/check-configuration.ts';
import { type Configuration, defineConfig, principalOfRole } from '../../../lib/core/config.ts';
import { ConfigurationError } from '../../../lib/core/configuration-error.ts';
import { defineContract } from '../../../lib/core/contract.ts';
import { toolEntry } from '../../../lib/core/system.ts';
import { erp, mes, sample } from '../../infra/sample.ts';

/** What is wrong with the sample after a change; the message of the error. */
function problemOf(change: object, stage = 'production'): string {
  try {
    configurationFor((asked) => ({ ...sample(asked), ...change }), stage);
    return 'nothing';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

const agent = (change: object) => ({ agents: { buyer: { role: 'role/buyer', grants: {}, ...change } } });
const granted = (grants: object) => agent({ grants });
const at = (origins: unknown) => ({ systems: { erp: { ...erp, origins } }, agents: {} });

describe('a configuration', () => {
  test('that is in order comes back as it was written', () => {
    expect(configurationFor(sample, 'production')).toEqual(sample('production'));
  });

  test('may differ by stage', () => {
    const byStage = defineConfig((stage) => ({ ...sample(stage), tags: { stage } }) as Configuration);
    expect(configurationFor(byStage, 'test').tags).toEqual({ stage: 'test' });
  });
});

describe('an error in a configuration names the field', () => {
  test.each([
    ['an unknown field', { agnets: {} }, /^agnets: there is no such field/],
    ['an unknown field of an agent', agent({ grant: {} }), /^agents\.buyer\.grant: there is no such field/],
    ['a time zone that does not exist', { timeZone: 'Europe/Berln' }, /^timeZone: use an IANA time zone/],
    ['a boundary that is no ARN', { permissionsBoundary: 'boundary' }, /^permissionsBoundary: /],
    ['a removal that does not exist', { removal: 'keep' }, /^removal: /],
    ['a tag that is no text', { tags: { team: 7 } }, /^tags\.team: /],

    [
      'a name of a system that could not stand in a tool',
      { systems: { 'erp-eu': erp }, agents: {} },
      /^systems\.erp-eu: use lower-case letters/,
    ],
    ['an address that is no URL', at({ api: 'my.s4.example' }), /^systems\.erp\.origins/],
    ['no address at all', at({}), /^systems\.erp\.origins: name an origin/],
    ['an address without TLS', at({ api: 'http://s4.example' }), /^systems\.erp\.origins\.api: use https/],
    [
      'the second of two addresses',
      at({ api: 'https://s4.example', token: 'http://s4.example' }),
      /^systems\.erp\.origins\.token: /,
    ],
    [
      'a credential in an address',
      at({ api: 'https://me:secret@s4.example' }),
      /^systems\.erp\.origins\.api: no credentials/,
    ],
    ['this machine as an address', at({ api: 'http://127.0.0.1:8080' }), /^systems\.erp\.origins\.api: use https/],
    ['a simulator in production', at('simulator'), /^systems\.erp\.origins: .*only in stage local/],

    [
      'a name of an agent with a blank',
      { agents: { 'the buyer': { role: 'role/buyer', grants: {} } } },
      /^agents\.the buyer: use lower-case letters/,
    ],
    ['a user instead of a role', agent({ role: 'arn:aws:iam::111122223333:user/buyer' }), /^agents\.buyer\.role: /],
    [
      'a session instead of a role',
      agent({ role: 'arn:aws:sts::111122223333:assumed-role/buyer/me' }),
      /^agents\.buyer\.role: /,
    ],
    ['a wildcard as a role', agent({ role: 'role/*' }), /^agents\.buyer\.role: /],
    [
      'a grant on a system that is not there',
      granted({ crm: { read: 'all' } }),
      /^agents\.buyer\.grants\.crm: there is no such system/,
    ],
    [
      'a grant to read what the system cannot',
      granted({ erp: { read: ['get_weather'] } }),
      /^agents\.buyer\.grants\.erp\.read: .*get_weather/,
    ],
    [
      'a write among the reads',
      granted({ erp: { read: ['create_purchase_order'] } }),
      /^agents\.buyer\.grants\.erp\.read: .*create_purchase_order/,
    ],
    [
      'a read among the writes',
      granted({ erp: { write: { get_stock: { level: 'auto' } } } }),
      /^agents\.buyer\.grants\.erp\.write: .*get_stock/,
    ],
    [
      'a grant to write to a MES',
      granted({ mes: { write: { get_stock: { level: 'auto' } } } }),
      /^agents\.buyer\.grants\.mes\.write: /,
    ],
    [
      'a level that does not exist',
      granted({ erp: { write: { create_purchase_order: { level: 'yes' } } } }),
      /^agents\.buyer\.grants\.erp\.write\.create_purchase_order\.level: /,
    ],
    [
      'a limit that is a number',
      granted({ erp: { write: { create_purchase_order: { level: 'auto', limit: { amount: 5, currency: 'EUR' } } } } }),
      /^agents\.buyer\.grants\.erp\.write\.create_purchase_order\.limit\.amount: /,
    ],
    [
      'a limit in no currency',
      granted({
        erp: { write: { create_purchase_order: { level: 'auto', limit: { amount: '5', currency: 'Euro' } } } },
      }),
      /^agents\.buyer\.grants\.erp\.write\.create_purchase_order\.limit\.currency: /,
    ],
    [
      'a limit on calls that have no amount',
      granted({
        erp: { write: { cancel_purchase_order: { level: 'auto', limit: { amount: '5', currency: 'EUR' } } } },
      }),
      /^agents\.buyer\.grants\.erp\.write\.cancel_purchase_order\.limit: /,
    ],

    ['an operator without a role', { operators: { operator: {} } }, /^operators\.operator\.role: /],
  ])('%s', (_, change, message) => {
    expect(problemOf(change)).toMatch(message);
  });

  test.each(['shadow', 'exception'])('a level that is not built yet: %s', (level) => {
    expect(problemOf(granted({ erp: { write: { create_purchase_order: { level } } } }))).toBe(
      `agents.buyer.grants.erp.write.create_purchase_order.level: level '${level}' is not supported yet`,
    );
  });

  const tier = { above: '1000', need: 1, of: ['anna', 'ben'], within: 24 };
  const approvals = { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' };
  const approvers = {
    anna: { name: 'Anna', email: 'anna@example.com' },
    ben: { name: 'Ben', email: 'ben@example.com' },
    carla: { name: 'Carla', email: 'carla@example.com' },
  };
  const asking = (write: object, more: object = {}) =>
    problemOf({
      ...granted({ erp: { write: { create_purchase_order: { level: 'approve', ...write } } } }),
      approvers,
      approvals,
      ...more,
    });

  const escalating = (escalate: object) => asking({ approval: [{ ...tier, escalate }] });

  test.each<[string, string | undefined]>([
    ['level: needs approvals', asking({ approval: [tier] }, { approvals: undefined })],
    ['approval: name at least one tier', asking({})],
    ['approval.0.of: there is no approver carl', asking({ approval: [{ ...tier, of: ['carl'] }] })],
    ['approval.0.need: asks for 3 people, and only 2 may', asking({ approval: [{ ...tier, need: 3 }] })],
    ['approval: has two tiers above the same amount', asking({ approval: [tier, { ...tier, above: '1000.00' }] })],
    ['approval: belongs to level approve', asking({ level: 'auto', approval: [tier] })],
    ['approval.0.escalate.after: is no earlier', escalating({ after: 24, to: ['carla'] })],
    ['approval.0.escalate.to: there is no approver carl', escalating({ after: 4, to: ['carl'] })],
    ['approval.0.escalate.to: names nobody', escalating({ after: 4, to: ['ben'] })],
    ['approval.0.escalate.after: Too small', escalating({ after: 0, to: ['carla'] })],
  ])('an approval that nobody could give or compare: %s', (problem, found) => {
    expect(found).toContain(`agents.buyer.grants.erp.write.create_purchase_order.${problem}`);
  });

  test.each<[string, object]>([
    ['days.0: Invalid option', { days: ['monday'] }],
    ['days: Too small', { days: [] }],
    ['from: use a time such as 08:00', { from: '8:00' }],
    ['to: is not an hour or more after the start', { to: '08:30' }],
    ['holidays.0: Invalid ISO date', { holidays: ['2026-02-30'] }],
    ['hours: there is no such field', { hours: 8 }],
  ])('a working time in which nobody could work: %s', (problem, wrong) => {
    const workingTime = { days: ['mon'], from: '08:00', to: '17:00' };
    const given = (more: object) =>
      asking({ approval: [tier] }, { approvals: { ...approvals, workingTime: { ...workingTime, ...more } } });
    expect(given(wrong)).toContain(`approvals.workingTime.${problem}`);
    expect(given({ holidays: ['2026-12-25'] })).toBe('nothing');
  });

  test.each<[string, object]>([
    ['batch.upTo: Invalid input: expected string', { upTo: 50_000 }],
    ['batch.upTo: use a decimal string', { upTo: '50,000' }],
    ['batch.upTo: use a decimal string', { upTo: '-1' }],
    ['batch.need: there is no such field', { upTo: '1', need: 2 }],
  ])('a cap on what is approved together that is none: %s', (problem, batch) => {
    expect(asking({ approval: [tier] }, { approvals: { ...approvals, batch } })).toContain(`approvals.${problem}`);
    expect(asking({ approval: [tier] }, { approvals: { ...approvals, batch: { upTo: '50000.5' } } })).toBe('nothing');
  });

  test('a sign-in that sends a code by mail, because there is no such kind', () => {
    expect(asking({ approval: [tier] }, { approvals: { ...approvals, signIn: { kind: 'mail' } } })).toMatch(
      /^approvals\.signIn/,
    );
  });

  test('an approver without a subject where people sign in by OIDC', () => {
    const signIn = { kind: 'oidc', issuer: 'https://id.example.com', clientId: 'countersign' };
    expect(asking({ approval: [tier] }, { approvals: { ...approvals, signIn } })).toMatch(
      /^approvers\.anna\.subject: /,
    );
  });

  test.each(['Production', 'eu-1', '', '1st', 'a'.repeat(17)])("a stage '%s' that is no word", (stage) => {
    expect(problemOf({}, stage)).toMatch(/^stage: /);
  });

  test('a MES with a tool that writes', () => {
    const setpoint = defineContract({ ...erp.tools[3].contract, name: 'write_setpoint' });
    const systems = { mes: { ...mes, tools: [toolEntry(setpoint, () => Promise.reject(new Error('never loaded')))] } };
    expect(problemOf({ systems, agents: {} })).toBe('systems.mes: ISA-95 level 3 can only be read: write_setpoint');
  });
});

describe('one role', () => {
  test('cannot be two agents, for their calls could not be told apart', () => {
    const agents = { buyer: { role: 'role/one', grants: {} }, other: { role: 'role/one', grants: {} } };
    expect(problemOf({ agents })).toMatch(/^agents\.other\.role: is the role of agents\.buyer\.role too/);
  });

  test('cannot be an agent and an operator', () => {
    const agents = { buyer: { role: 'role/one', grants: {} } };
    expect(problemOf({ agents, operators: { operator: { role: 'role/one' } } })).toMatch(
      /^operators\.operator\.role: /,
    );
  });

  test('is the same under two paths, for a signature does not show the path', () => {
    const agents = { buyer: { role: 'role/agents/one', grants: {} }, other: { role: 'role/people/one', grants: {} } };
    expect(problemOf({ agents })).toMatch(/^agents\.other\.role: /);
  });

  test('is known by account and name', () => {
    expect(principalOfRole('role/agents/buyer', '111122223333')).toBe('111122223333/buyer');
    expect(principalOfRole('arn:aws:iam::444455556666:role/buyer', '111122223333')).toBe('444455556666/buyer');
  });
});

describe('on one machine', () => {
  test('a system may be simulated, or listen on the machine itself', () => {
    expect(problemOf(at('simulator'), 'local')).toBe('nothing');
    expect(problemOf(at({ api: 'http://127.0.0.1:8080' }), 'local')).toBe('nothing');
  });

  test('a system elsewhere still needs TLS', () => {
    expect(problemOf(at({ api: 'http://s4.example' }), 'local')).toMatch(/^systems\.erp\.origins\.api: use https/);
  });
});
