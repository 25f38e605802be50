import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AgentsApi } from './constructs/agents-api.ts';
import { AdminFunction, CatalogueFunction, OperationsFunction } from './constructs/asking-functions.ts';
import { AgentPolicy, OperatorPolicy } from './constructs/caller-policy.ts';
import { type Deployment, isRetained, nameIn } from './constructs/deployment.ts';
import { RecoverFunctions } from './constructs/recover-functions.ts';
import { Relay } from './constructs/relay.ts';
import { ToolFunctions } from './constructs/tool-functions.ts';
import { TroubleAlarms } from './constructs/trouble-alarms.ts';
import { catalogueOf } from './core/system.ts';
import type { DataStack } from './data-stack.ts';

/** What serves: everything between an agent's signed call and the journal, in the order in which a call meets it. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, deployment: Deployment, stores: DataStack) {
    super(scope, nameIn(deployment, 'service'), {
      description: `Countersign ${deployment.stage}: agents' API, functions, relay`,
      terminationProtection: isRetained(deployment),
    });
    const { systems, agents, operators } = deployment.configuration;
    const catalogue = catalogueOf(systems);
    const common = { deployment, stores };

    // Agents and operators sign their calls; a policy per role names what it may call.
    const api = new AgentsApi(this, 'AgentsApi', deployment);
    for (const [name, agent] of Object.entries(agents))
      new AgentPolicy(this, `Agent-${name}`, { deployment, api, name, agent, tools: catalogue });
    for (const [name, { role }] of Object.entries(operators))
      new OperatorPolicy(this, `Operator-${name}`, { deployment, api, name, role });

    // An agent looks around.
    const lists = new CatalogueFunction(this, 'Catalogue', common);
    api.serve('GET', '/v1/tools', lists);
    api.serve('GET', '/openapi.json', lists);

    // It calls a tool: one function per system and access carries it out.
    const tools = new ToolFunctions(this, 'Tools', common);
    for (const tool of catalogue) api.serve('POST', `/v1/tools/${tool.id}`, tools.serving(tool));

    // It asks what became of a write; if nobody knows yet, the system is asked.
    const recover = new RecoverFunctions(this, 'Recover', common);
    const operations = new OperationsFunction(this, 'Operations', { ...common, recover });
    api.serve('GET', '/v1/operations/{id}', operations);

    // What happened to a write goes from the stream of operations into the journal.
    const relay = new Relay(this, 'Relay', common);

    // Operators look at all of it, and have single operations and systems looked after.
    const admin = new AdminFunction(this, 'Admin', { ...common, recover });
    api.serve('GET', '/v1/admin/operations', admin);
    api.serve('GET', '/v1/admin/operations/{id}', admin);
    api.serve('POST', '/v1/admin/operations/{id}/reconcile', admin);
    api.serve('GET', '/v1/admin/journal', admin);
    api.serve('GET', '/v1/admin/systems', admin);
    api.serve('POST', '/v1/admin/systems/{id}/check', admin);

    new TroubleAlarms(this, 'Alarms', { functions: [lists, ...tools.all, ...recover.all, operations, admin], relay });
  }
}
