import { type Action, type HttpAnswer, ServiceError } from '../../service.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import type { InvocationResult } from './function-runtime.ts';
import { type Functions, functionNameOf } from './functions.ts';

/** Finds the Invoke API: `POST /2015-03-31/functions/{name or ARN}/invocations`. */
export const routeInvoke = (method: string, path: string, query: URLSearchParams) => {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (method !== 'POST' || !name) return undefined;
  return {
    action: 'Invoke',
    input: { name: functionNameOf(decodeURIComponent(name)), qualifier: query.get('Qualifier') },
  };
};

/** Invoke, for callers that wait for the result and for those that do not. */
export const invokeAction = (functions: Functions, asynchronous: AsynchronousInvocations): Action => ({
  permissions: ({ name }) => [{ action: 'lambda:InvokeFunction', resource: functions.arnOf(String(name)) }],
  async run({ input, request }) {
    const name = String(input['name']);
    const event = readEvent(request?.body);
    if (invocationType(request?.headers ?? {}, input) === 'RequestResponse')
      return invocationAnswer(await functions.invoke(name, event));
    functions.check(name, event);
    asynchronous.send(name, event);
    return { status: 202, headers: {}, body: '' };
  },
});

const invocationType = (
  headers: Readonly<Record<string, string>>,
  { qualifier }: Record<string, unknown>,
): 'RequestResponse' | 'Event' => {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event') {
    throw new ServiceError('InvalidParameterValueException', `The local AWS does not support invocation type ${type}.`);
  }
  if (qualifier !== null && qualifier !== '$LATEST') {
    throw new ServiceError('ResourceNotFoundException', 'The local AWS has no versions and aliases of functions.', {
      status: 404,
    });
  }
  return type;
};

const readEvent = (body: Buffer | undefined): string => {
  const event = body?.length ? body.toString('utf8') : '{}';
  try {
    JSON.parse(event);
    return event;
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
};

const invocationAnswer = ({ failed, payload }: InvocationResult): HttpAnswer => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'x-amz-executed-version': '$LATEST',
    ...(failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
  },
  body: payload,
});
