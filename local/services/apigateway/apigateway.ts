import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller, KeyRing } from '../../credentials.ts';
import { type Answer, type Handled, problemAnswer } from '../../http/answer.ts';
import type { CallLog } from '../../http/call-log.ts';
import type { LocalRequest } from '../../http/request.ts';
import type { RequestHead } from '../../http/server.ts';
import type { Traps } from '../../http/traps.ts';
import type { RolePolicies } from '../../iam/role-policies.ts';
import { defineService } from '../../service.ts';
import type { Functions } from '../lambda/functions.ts';
import { authenticate, authorise } from './admission.ts';
import { gatewayAnswer } from './gateway-response.ts';
import { integrate } from './integration.ts';
import { gatewayContext, proxyEvent, type RequestFacts } from './proxy-event.ts';
import { GatewayRefusal } from './refusal.ts';
import { type BasePaths, type DeployedApi, restApiResources } from './rest-api.ts';
import type { RouteMatch } from './routes.ts';

/** What the gateway needs from the rest of the local AWS. */
export interface GatewayOptions {
  readonly account: string;
  readonly region: string;
  readonly keys: KeyRing;
  readonly policies: RolePolicies;
  readonly functions: Functions;
  readonly traps: Traps;
  readonly calls: CallLog;
  readonly clock: { now(): number };
  /** The host's clock in epoch milliseconds. */
  readonly hostNow: () => number;
  readonly basePaths: BasePaths;
}

/** API Gateway's limit on a request's body. */
export const gatewayBodyLimit = 10 * 1024 * 1024;

/** The gateway: resource types for the template, and `handle` for requests to the APIs (`body` is absent if over the limit). */
export const apiGatewayService = (options: GatewayOptions) => {
  const { types, serving } = restApiResources(options.hostNow, options.basePaths);
  const service = defineService({
    name: 'apigateway',
    protocol: { kind: 'rest', route: () => undefined },
    actions: {},
    resources: types,
    differences: [
      'Stages answer at the origin itself, as behind a custom domain: one at the root, others under the base paths they are given; access logs are not written.',
      'Every method is signed by IAM or open to all, and answered by a function (AWS_PROXY); bodies are text.',
      'The throttle of a stage is enforced for all methods together. The policy of an API is refused at deploy.',
    ],
  });
  const handle = async (head: RequestHead, body: Buffer | undefined): Promise<Handled> => {
    const api = serving(head.path);
    if (!api) return problemAnswer(404, 'Not Found', 'No REST API is deployed.');
    const route = api.routes.match(head.method, head.path.slice(api.basePath.length) || '/');
    const facts = requestFacts(api, options);
    try {
      return await pass(api, { ...head, body, route, facts }, options);
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      const context = gatewayContext(head, route?.resourcePath ?? '/', facts);
      return gatewayAnswer(error.problem, context, api.responses);
    }
  };
  return { service, handle };
};

interface Arrival extends RequestHead {
  readonly body: Buffer | undefined;
  readonly route: RouteMatch | undefined;
  readonly facts: RequestFacts;
}

/** The order in which a request is met: route, signature, policy, throttle, function. */
const pass = async (api: DeployedApi, arrival: Arrival, options: GatewayOptions): Promise<Handled> => {
  const { route, body, facts } = arrival;
  if (!route)
    throw new GatewayRefusal({ type: 'MISSING_AUTHENTICATION_TOKEN', message: 'Missing Authentication Token' });
  if (!body) throw new GatewayRefusal({ type: 'REQUEST_TOO_LARGE', message: 'Request Too Long' });
  const request = { ...arrival, body };
  const methodArn = methodArnOf(api, request, options);
  const caller = route.method.AuthorizationType === 'NONE' ? undefined : await admitted(request, methodArn, options);
  if (!api.admit()) throw new GatewayRefusal({ type: 'THROTTLED', message: 'Too Many Requests' });
  const event = proxyEvent(request, route, caller, facts);
  return observed(methodArn, caller, options, () =>
    integrate(route.method, event, { ...options, methodArn, requestId: facts.requestId }),
  );
};

/** Who signed, and may call this. */
const admitted = async (request: LocalRequest, methodArn: string, options: GatewayOptions): Promise<Caller> => {
  const caller = await authenticate(request, { ...options, now: options.hostNow() });
  authorise(caller, methodArn, options.policies);
  return caller;
};

/** Springs traps around the call and writes it into the log of calls. */
const observed = async (
  methodArn: string,
  caller: Caller | undefined,
  { traps, calls, clock }: GatewayOptions,
  run: () => Promise<Answer>,
): Promise<Handled> => {
  const call = { service: 'execute-api', action: 'Invoke', resources: [methodArn], caller };
  const failed = new GatewayRefusal({ type: 'DEFAULT_5XX', message: 'Internal server error', status: 500 });
  const before = traps.spring(call, 'before');
  const answer = before ? undefined : await run();
  const trap = before ?? traps.spring(call, 'after');
  const { resources, service, action } = call;
  calls.add({ at: clock.now(), service, action, resources, status: trap || !answer ? 0 : answer.status });
  if (trap === 'fail') throw failed;
  return trap || !answer ? 'drop' : answer;
};

const methodArnOf = (api: DeployedApi, { method, path }: RequestHead, { region, account }: GatewayOptions): string =>
  `arn:aws:execute-api:${region}:${account}:${api.id}/${api.stage.StageName}/${method}${path.slice(api.basePath.length) || '/'}`;

const requestFacts = ({ id, stage }: DeployedApi, { account, hostNow }: GatewayOptions): RequestFacts => ({
  requestId: randomUUID(),
  extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
  at: hostNow(),
  apiId: id,
  account,
  stage: stage.StageName,
  deploymentId: stage.DeploymentId,
  stageVariables: stage.Variables ?? null,
});
