import type { Answer } from '../../http/answer.ts';
import { ServiceError } from '../../service.ts';
import type { InvocationResult } from '../lambda/function-runtime.ts';
import { type Functions, functionNameOf } from '../lambda/functions.ts';
import type { GatewayProblem } from './gateway-response.ts';
import { proxyAnswer } from './proxy-result.ts';
import { GatewayRefusal } from './refusal.ts';
import type { Method } from './routes.ts';

/** Calls the method's function with a proxy event (JSON) and turns its result into the answer. */
export const integrate = async (
  method: Method,
  event: string,
  options: { readonly functions: Functions; readonly methodArn: string; readonly requestId: string },
): Promise<Answer> => {
  const name = functionNameOf(method.Integration.Uri.split('/').at(-2) ?? '');
  const caller = { principal: 'apigateway.amazonaws.com', sourceArn: options.methodArn };
  if (!options.functions.permissions.allows(name, caller)) {
    throw refusal('INTEGRATION_FAILURE');
  }
  const result = await withinTimeout(invoke(options.functions, name, event), method.Integration.TimeoutInMillis);
  const answer = result.failed ? undefined : proxyAnswer(result.payload, options.requestId);
  if (!answer) throw refusal('DEFAULT_5XX');
  return answer;
};

/** What Lambda refuses is a 500 of the gateway, what the function gets wrong a 502. */
const invoke = async (functions: Functions, name: string, event: string): Promise<InvocationResult> => {
  try {
    return await functions.invoke(name, event);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.status === 413) throw refusal('REQUEST_TOO_LARGE', { message: 'Request Too Long' });
    throw refusal('INTEGRATION_FAILURE');
  }
};

/** The function goes on after this: the caller cannot know what became of its request. */
const withinTimeout = async <T>(result: Promise<T>, milliseconds: number): Promise<T> => {
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => expired.reject(refusal('INTEGRATION_TIMEOUT', { message: 'Endpoint request timed out' })),
    milliseconds,
  );
  return Promise.race([result, expired.promise]).finally(() => clearTimeout(timer));
};

const refusal = (type: GatewayProblem['type'], more: Partial<GatewayProblem> = {}): GatewayRefusal =>
  new GatewayRefusal({ type, message: 'Internal server error', ...more });
