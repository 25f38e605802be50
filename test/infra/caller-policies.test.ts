import { describe, expect, test } from 'vitest';
import { levelOf } from '../../lib/core/policy/authorise.ts';
import { catalogueOf } from '../../lib/core/system.ts';
import { sampleFor, synthesizeSample } from './sample.ts';
import { ofType, type Resource, resourcesIn, statementsOf } from './template.ts';

const configuration = sampleFor('production');
const policies = ofType(resourcesIn(synthesizeSample('production'), 'service'), 'AWS::IAM::ManagedPolicy');
const tools = catalogueOf(configuration.systems);
const agents = Object.entries(configuration.agents);

const policyOf = (all: readonly Resource[], name: string) => {
  const found = all.find(({ properties }) => properties.ManagedPolicyName === name);
  if (!found) throw new Error(`there is no policy ${name}`);
  return found.properties;
};
/** `POST /v1/tools/…`: what a policy lets be called, in this one API and stage. */
const callsOf = (name: string): string[] =>
  statementsOf(policyOf(policies, name).PolicyDocument).map((permission) => {
    const arn =
      /^execute-api:Invoke on arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<AgentsApi\w+>\/production\/(GET|POST)(\/.*)$/;
    const [, method, path] = arn.exec(permission) ?? [];
    return method ? `${method} ${path}` : `unexpected: ${permission}`;
  });

const everyAgents = ['GET /openapi.json', 'GET /v1/operations/*', 'GET /v1/tools'];

describe("an agent's policy", () => {
  test.each(agents)('%s: calls exactly the tools of its grants', (name, agent) => {
    const granted = tools.filter((tool) => levelOf(agent, tool) !== 'off').map(({ id }) => `POST /v1/tools/${id}`);
    expect(callsOf(`countersign-production-agent-${name}`).sort()).toEqual([...everyAgents, ...granted].sort());
  });

  test.each(
    agents.flatMap(([name]) => tools.map(({ id }) => [name, id] as const)),
  )('%s x %s: is as the sample says', (name, tool) => {
    const granted: Readonly<Record<string, readonly string[]>> = {
      buyer: ['erp_get_stock', 'erp_get_purchase_order', 'erp_create_purchase_order', 'mes_get_stock'],
      reader: ['erp_get_stock'],
      idle: [],
    };
    const calls = callsOf(`countersign-production-agent-${name}`);
    expect(calls.includes(`POST /v1/tools/${tool}`)).toBe(granted[name]?.includes(tool));
  });
});

describe("an operator's policy", () => {
  test('allows the administrative routes and no tool', () => {
    expect(callsOf('countersign-production-operator-operator').sort()).toEqual([
      'GET /openapi.json',
      'GET /v1/admin/*',
      'POST /v1/admin/operations/*/claim',
      'POST /v1/admin/operations/*/confirm',
      'POST /v1/admin/operations/*/discard',
      'POST /v1/admin/operations/*/edit',
      'POST /v1/admin/operations/*/reconcile',
      'POST /v1/admin/operations/*/redrive',
      'POST /v1/admin/operations/*/resolve',
      'POST /v1/admin/systems/*/check',
      'POST /v1/admin/systems/*/pause',
      'POST /v1/admin/systems/*/reconcile',
      'POST /v1/admin/systems/*/resume',
    ]);
  });
});

describe('a policy on a role', () => {
  const rolesOf = (stage: string, attachPolicies?: boolean) => {
    const assembly = synthesizeSample(stage, attachPolicies === undefined ? {} : { attachPolicies });
    const all = ofType(resourcesIn(assembly, 'service'), 'AWS::IAM::ManagedPolicy');
    const names = ['agent-buyer', 'agent-reader', 'agent-idle', 'operator-operator'];
    return names.map((name) => policyOf(all, `countersign-${stage}-${name}`).Roles);
  };

  test('is put there by the one who owns the role, unless told', () => {
    expect(rolesOf('production')).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('is put there on request, for roles of the account deployed into', () => {
    expect(rolesOf('production', true)).toEqual([['buyer'], undefined, ['idle'], ['operator']]);
  });

  test('is put there on one machine, where the roles are made too', () => {
    expect(rolesOf('local')).toEqual([['buyer'], undefined, ['idle'], ['operator']]);
  });

  test('can be found: its ARN is an output', () => {
    const service = synthesizeSample('dev').stacks.find(({ stackName }) => stackName === 'countersign-dev-service');
    const outputs: Record<string, { Description?: string }> = service?.template.Outputs ?? {};
    const described = Object.values(outputs).map(({ Description }) => Description);
    for (const name of ['buyer', 'reader', 'idle', 'operator'])
      expect(described).toContain(`Policy for the role of ${name}`);
  });
});
