import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { Caller } from '../credentials.ts';
import type { RolePolicies } from '../iam/role-policies.ts';
import { type Action, type Call, type Permission, type Service, ServiceError } from '../service.ts';
import type { Answer, Handled } from './answer.ts';
import type { CallLog } from './call-log.ts';
import type { LocalRequest } from './request.ts';
import type { SignatureProblem } from './signature.ts';
import type { Trap, Traps } from './traps.ts';

/** What every call of a service passes through. */
export interface EndpointOptions {
  readonly clock: LocalClock;
  readonly policies: RolePolicies;
  readonly traps: Traps;
  readonly calls: CallLog;
  readonly log: (text: string) => void;
}

/** Carries out one verified request at a service: finds the action, asks the policies, springs traps, runs, words the answer. */
export const callService = async (
  service: Service,
  request: LocalRequest,
  caller: Caller,
  options: EndpointOptions,
): Promise<Handled> => {
  const heard = { action: 'unknown', resources: noResources };
  const handled = await carryOut(service, request, caller, { ...options, heard }).catch((error: unknown) => {
    if (error instanceof ServiceError) return refusalAnswer(service, error);
    options.log(`${service.name} ${heard.action}: ${error instanceof Error ? error.stack : String(error)}`);
    return refusalAnswer(service, internalError);
  });
  const at = options.clock.now();
  const byFunction = caller.process ? { function: caller.process.function } : {};
  const status = handled === 'drop' ? 0 : handled.status;
  options.calls.add({ at, service: service.name, ...heard, ...byFunction, status });
  return handled === 'drop' ? handled : stamp(handled, service, at);
};

const noResources: readonly string[] = [];

/** `heard` is told what is asked for as soon as that is known. */
const carryOut = async (
  service: Service,
  request: LocalRequest,
  caller: Caller,
  { heard, policies, traps }: EndpointOptions & { readonly heard: { action: string; resources: readonly string[] } },
): Promise<Handled> => {
  const { name, action, input, permissions, resources, request: sent } = findAction(service, request);
  Object.assign(heard, { action: name, resources });
  checkPolicies(service, permissions, caller, policies);
  const trapped = { service: service.name, action: name, resources, caller };
  const before = traps.spring(trapped, 'before');
  if (before) return sprung(service, before);
  const call: Call = { input, principal: caller.roleArn, ...sent };
  const answer = successAnswer(service, await action.run(call));
  const after = traps.spring(trapped, 'after');
  return after ? sprung(service, after) : answer;
};

const sprung = (service: Service, trap: Trap['do']): Handled =>
  trap === 'fail' ? refusalAnswer(service, trapError) : 'drop';

/** The form in which a service refuses; signature problems are worded by this as well. */
export const refusalAnswer = (service: Service, error: ServiceError): Answer => {
  const { protocol } = service;
  if (protocol.kind === 'rest' && protocol.refusal) return protocol.refusal(error);
  const body = { message: error.message, ...error.details };
  if (protocol.kind === 'rest') {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': error.code };
    return { status: error.status, headers, body: JSON.stringify(body) };
  }
  const headers = { 'content-type': contentType(protocol.version) };
  return { status: error.status, headers, body: JSON.stringify({ __type: error.code, ...body }) };
};

/** The error with which a service refuses a signature. */
export const signatureError = (service: Service, { problem, message }: SignatureProblem): ServiceError => {
  const codes = service.name === 's3' ? s3SignatureCodes : signatureCodes;
  return new ServiceError(codes[problem], message, { status: refusalStatus(service) });
};

/** AWS's names for the ways in which a signature is refused. */
export const signatureCodes: Readonly<Record<SignatureProblem['problem'], string>> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  mismatch: 'InvalidSignatureException',
  expired: 'InvalidSignatureException',
};

const s3SignatureCodes: typeof signatureCodes = {
  missing: 'AccessDenied',
  incomplete: 'AuthorizationHeaderMalformed',
  'unknown-key': 'InvalidAccessKeyId',
  mismatch: 'SignatureDoesNotMatch',
  expired: 'RequestTimeTooSkewed',
};

const refusalStatus = (service: Service): number => (service.protocol.kind === 'json' ? 400 : 403);

interface FoundAction {
  readonly name: string;
  readonly action: Action;
  readonly input: Record<string, unknown>;
  readonly permissions: readonly Permission[];
  readonly resources: readonly string[];
  readonly request: Pick<Call, 'request'>;
}

const findAction = (service: Service, request: LocalRequest): FoundAction => {
  const target = service.protocol.kind === 'json' ? readTarget(service, request) : routeRequest(service, request);
  const action = Object.hasOwn(service.actions, target.name) ? service.actions[target.name] : undefined;
  if (!action) {
    const message = `The local AWS does not support the action ${target.name || request.path} of ${service.name}.`;
    throw new ServiceError('UnknownOperationException', message, {
      status: refusalStatus(service) === 400 ? 400 : 404,
    });
  }
  const permissions = action.permissions(target.input);
  const resources = [...new Set(permissions.map(({ resource }) => resource))];
  return { ...target, action, permissions, resources };
};

const readTarget = (service: Service, request: LocalRequest) => {
  const prefix = service.protocol.kind === 'json' ? service.protocol.targetPrefix : '';
  const target = request.headers['x-amz-target'] ?? '';
  if (request.method !== 'POST' || !target.startsWith(`${prefix}.`)) {
    throw new ServiceError(
      'UnknownOperationException',
      `The local AWS does not support "${target}" of ${service.name}.`,
    );
  }
  return { name: target.slice(prefix.length + 1), input: parseInput(request.body), request: {} };
};

const parseInput = (body: Buffer): Record<string, unknown> => {
  try {
    const input: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (error) {
    throw new ServiceError('SerializationException', `The body is not JSON: ${String(error)}`);
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
};

const routeRequest = (service: Service, request: LocalRequest) => {
  const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value]));
  const { protocol } = service;
  const route =
    protocol.kind === 'rest' ? protocol.route(request.method, request.path, query, request.body) : undefined;
  const sent = { headers: request.headers, body: request.body };
  return { name: route?.action ?? '', input: route?.input ?? {}, request: { request: sent } };
};

const checkPolicies = (
  service: Service,
  permissions: readonly Permission[],
  caller: Caller,
  policies: RolePolicies,
): void => {
  for (const { action, resource } of permissions) {
    const decision = policies.decide(caller.roleArn, action, resource);
    if (decision === 'allowed') continue;
    const message = accessDenied(caller, action, resource, decision === 'denied');
    const code = service.name === 's3' ? 'AccessDenied' : 'AccessDeniedException';
    throw new ServiceError(code, message, { status: refusalStatus(service) });
  }
};

/** AWS's own sentence about a refused action. */
export const accessDenied = (caller: Caller, action: string, resource: string, explicit: boolean): string => {
  const why = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  return `User: ${caller.sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
};

const successAnswer = (service: Service, result: unknown): Answer => {
  if (service.protocol.kind === 'rest') return result as Answer;
  const headers = { 'content-type': contentType(service.protocol.version) };
  return { status: 200, headers, body: JSON.stringify(result ?? {}) };
};

/** The SDK takes its time from `Date`: this is how functions learn the local clock. */
const stamp = (answer: Answer, service: Service, at: number): Answer => {
  const id = service.name === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid';
  return { ...answer, headers: { ...answer.headers, date: new Date(at).toUTCString(), [id]: randomUUID() } };
};

const contentType = (version: '1.0' | '1.1'): string => `application/x-amz-json-${version}`;

const trapError = new ServiceError('InternalServerError', 'A trap of the local AWS made this call fail.', {
  status: 500,
});

const internalError = new ServiceError('InternalServerError', 'The local AWS failed; its log says why.', {
  status: 500,
});
