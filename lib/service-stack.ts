import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AgentsApi } from './constructs/agents-api.ts';
import type { ApprovalStores } from './constructs/approval-stores.ts';
import { ApprovedWrites } from './constructs/approved-writes.ts';
import { AdminFunction, CatalogueFunction, OperationsFunction } from './constructs/asking-functions.ts';
import { Callbacks } from './constructs/callbacks.ts';
import { AgentPolicy, OperatorPolicy } from './constructs/caller-policy.ts';
import { Credentials } from './constructs/credentials.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { type Deployment, isRetained, nameIn } from './constructs/deployment.ts';
import type { FunctionsProps } from './constructs/entry-function.ts';
import { PeopleApi } from './constructs/people-api.ts';
import { PeopleFunction } from './constructs/people-function.ts';
import { RecoverFunctions } from './constructs/recover-functions.ts';
import { Relay } from './constructs/relay.ts';
import { ReplayFunctions } from './constructs/replay-functions.ts';
import { Sagas } from './constructs/sagas.ts';
import { ToolFunctions } from './constructs/tool-functions.ts';
import { TroubleAlarms } from './constructs/trouble-alarms.ts';
import { deployedSagas, sagaEntries } from './core/saga/deployed.ts';
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
    const catalogue = [...catalogueOf(systems), ...sagaEntries(deployment.configuration)];
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
    for (const tool of catalogueOf(systems)) api.serve('POST', `/v1/tools/${tool.id}`, tools.serving(tool));

    // Or a saga: a machine that calls several tools in its name, and undoes what was done where it cannot go on.
    const sagas = deployedSagas(deployment.configuration).length > 0 ? new Sagas(this, 'Sagas', common) : undefined;
    for (const { id } of sagaEntries(deployment.configuration))
      if (sagas) api.serve('POST', `/v1/tools/${id}`, sagas.start);

    // It asks what became of a write; if nobody knows yet, the system is asked.
    const recover = new RecoverFunctions(this, 'Recover', common);
    const operations = new OperationsFunction(this, 'Operations', { ...common, recover });
    api.serve('GET', '/v1/operations/{id}', operations);

    // What needs approval waits in a machine of its system until people have decided, on pages with a sign-in of their own.
    const asking = stores.approvals && this.#askPeople({ ...common, approvals: stores.approvals });

    // What its system could not take waits, and is carried out once a minute as fast as the system takes it.
    const replay = new ReplayFunctions(this, 'Replay', common);

    // An agent that could not wait is told what became of it, where it says where.
    const callbacks = new Callbacks(this, 'Callbacks', common);

    // What happened to a write goes from the stream of operations into the journal, and to the machine or the queue if it has to wait.
    const relay = new Relay(this, 'Relay', { ...common, callbacks, approved: asking?.approved, sagas });

    // Operators look at all of it, and have single operations and systems looked after.
    const admin = new AdminFunction(this, 'Admin', { ...common, recover, approved: asking?.approved });
    api.serve('GET', '/v1/admin/operations', admin);
    api.serve('GET', '/v1/admin/operations/{id}', admin);
    api.serve('POST', '/v1/admin/operations/{id}/reconcile', admin);
    api.serve('GET', '/v1/admin/operations/{id}/evidence', admin);
    api.serve('GET', '/v1/admin/dead', admin);
    api.serve('POST', '/v1/admin/operations/{id}/redrive', admin);
    api.serve('POST', '/v1/admin/operations/{id}/discard', admin);
    api.serve('POST', '/v1/admin/operations/{id}/edit', admin);
    api.serve('GET', '/v1/admin/reviews', admin);
    api.serve('POST', '/v1/admin/operations/{id}/claim', admin);
    api.serve('POST', '/v1/admin/operations/{id}/resolve', admin);
    api.serve('POST', '/v1/admin/operations/{id}/confirm', admin);
    api.serve('GET', '/v1/admin/journal', admin);
    api.serve('GET', '/v1/admin/systems', admin);
    api.serve('POST', '/v1/admin/systems/{id}/check', admin);
    api.serve('POST', '/v1/admin/systems/{id}/reconcile', admin);
    api.serve('GET', '/v1/admin/systems/{id}/documents', admin);
    api.serve('POST', '/v1/admin/systems/{id}/pause', admin);
    api.serve('POST', '/v1/admin/systems/{id}/resume', admin);
    if (sagas) {
      api.serve('GET', '/v1/admin/sagas', admin);
      api.serve('GET', '/v1/admin/sagas/{id}', admin);
      api.serve('POST', '/v1/admin/sagas/{id}/retry', admin);
      api.serve('POST', '/v1/admin/sagas/{id}/done', admin);
      api.serve('POST', '/v1/admin/sagas/{id}/confirm', admin);
      api.serve('POST', '/v1/admin/sagas/{id}/undo', admin);
    }
    if (asking) {
      api.serve('GET', '/v1/admin/approvals', admin);
      api.serve('GET', '/v1/admin/approvals/{id}', admin);
      api.serve('POST', '/v1/admin/approvals/{id}/remind', admin);
      api.serve('POST', '/v1/admin/approvals/{id}/withdraw', admin);
      api.serve('GET', '/v1/admin/approvers', admin);
      api.serve('POST', '/v1/admin/approvers/{name}/enrol', admin);
      api.serve('POST', '/v1/admin/approvers/{name}/absence', admin);
    }

    // What functions sign in to systems with is replaced, or watched until people do.
    const credentials = new Credentials(this, 'Credentials', common);

    // What goes wrong raises an alarm; how it all goes is one page.
    new TroubleAlarms(this, 'Alarms', {
      ...common,
      functions: [
        ...[lists, ...tools.all, ...recover.all, ...replay.all, ...callbacks.all, operations, admin],
        ...credentials.functions,
        ...(asking?.functions ?? []),
        ...(sagas ? [sagas.start] : []),
      ],
      retried: sagas?.called ?? [],
      relay,
      machines: [...Object.values(asking?.approved.machines ?? {}), ...Object.values(sagas?.machines ?? {})],
    });
    new Dashboard(this, 'Dashboard', { ...common, relay });
  }

  #askPeople(props: FunctionsProps & { readonly approvals: ApprovalStores }) {
    const api = new PeopleApi(this, 'PeopleApi', props.deployment);
    const approved = new ApprovedWrites(this, 'Approved', { ...props, pagesUrl: api.pagesUrl });
    const pages = new PeopleFunction(this, 'People', props);
    approved.allowWaking(pages);
    // My open approvals, and several of them at once; one of them, behind the link of a mail; signing in, with a code or at the identity provider.
    api.serve('GET', '/', pages);
    api.serve('GET', '/batch', pages);
    api.serve('POST', '/batch', pages);
    api.serve('GET', '/a/{link}', pages);
    api.serve('POST', '/a/{link}', pages);
    api.serve('GET', '/sign-in', pages);
    api.serve('POST', '/sign-in', pages);
    api.serve('GET', '/sign-in/oidc', pages);
    api.serve('GET', '/sign-in/callback', pages);
    api.serve('POST', '/sign-out', pages);
    api.serve('GET', '/style.css', pages);
    return { approved, functions: [...approved.functions, pages] };
  }
}
