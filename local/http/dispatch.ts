import type { ServerResponse } from 'node:http';
import type { Caller, KeyRing } from '../credentials.ts';
import { type Service, ServiceError } from '../service.ts';
import { type Handled, problemAnswer } from './answer.ts';
import { isPresigned, readPresigned, verifyPresigned } from './presigned.ts';
import type { LocalRequest } from './request.ts';
import type { RequestHandler, RequestHead } from './server.ts';
import { callService, type EndpointOptions, refusalAnswer, signatureError } from './service-endpoint.ts';
import { readAuthorization, type SignatureProblem, verifySignature } from './signature.ts';

/** Who answers what on the one port. */
export interface DispatchOptions extends EndpointOptions {
  readonly region: string;
  readonly keys: KeyRing;
  /** By signing name. */
  readonly services: ReadonlyMap<string, Service>;
  /** Whether everything is deployed; before that every request is refused with 503. */
  readonly ready: () => boolean;
  readonly gateway: (head: RequestHead, body: Buffer | undefined) => Promise<Handled>;
  readonly gatewayBodyLimit: number;
  readonly control: (request: LocalRequest, response: ServerResponse) => Promise<Handled | 'streaming'>;
}

/** No service's request is larger than this; S3 objects of the product are far smaller. */
const serviceBodyLimit = 64 * 1024 * 1024;
const controlBodyLimit = 64 * 1024;

/** Sends each request where it belongs: `/_local/*` to control, a signature's service to that service, all else to the API. */
export const dispatcher = (options: DispatchOptions): RequestHandler => ({
  bodyLimit: (head) => {
    if (isControl(head)) return controlBodyLimit;
    return serviceOf(head, options) ? serviceBodyLimit : options.gatewayBodyLimit;
  },
  async handle(head, body, response) {
    if (!options.ready()) return problemAnswer(503, 'Starting', 'The local AWS is still being deployed.');
    const service = serviceOf(head, options);
    if (!isControl(head) && !service) return options.gateway(head, body);
    if (!body) return problemAnswer(413, 'Request Too Long', 'The body is larger than this port takes.');
    if (!service) return options.control({ ...head, body }, response);
    return verified(service, { ...head, body }, options);
  },
});

const isControl = ({ path }: RequestHead): boolean => path.startsWith('/_local/');

const serviceOf = (head: RequestHead, { services }: DispatchOptions): Service | undefined => {
  if (isControl(head)) return undefined;
  if (isPresigned(head)) return services.get('s3');
  const authorization = readAuthorization(head);
  if ('problem' in authorization || authorization.service === 'execute-api') return undefined;
  return services.get(authorization.service) ?? refuseService(authorization.service);
};

const refuseService = (name: string): never => {
  throw new ServiceError('UnknownService', `The local AWS does not have the service "${name}".`, { status: 404 });
};

const verified = async (service: Service, request: LocalRequest, options: DispatchOptions): Promise<Handled> => {
  const caller = isPresigned(request) ? callerOfLink(request, options) : await callerOf(request, options);
  if ('problem' in caller) return refusalAnswer(service, signatureError(service, caller));
  // What signs a link is no parameter of the action.
  const query = request.query.filter(([name]) => !/^x-amz-/i.test(name));
  return callService(service, { ...request, query }, caller, options);
};

const callerOf = async (request: LocalRequest, options: DispatchOptions): Promise<Caller | SignatureProblem> => {
  const authorization = readAuthorization(request);
  return 'problem' in authorization ? authorization : verifySignature(request, authorization, options);
};

const callerOfLink = (request: LocalRequest, options: DispatchOptions): Caller | SignatureProblem => {
  const link = readPresigned(request);
  return 'problem' in link ? link : verifyPresigned(request, link, { ...options, now: Date.now() });
};
