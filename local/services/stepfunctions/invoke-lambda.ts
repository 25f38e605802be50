import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { messageOf } from '../../local-error.ts';
import { ServiceError } from '../../service.ts';
import type { InvocationResult } from '../lambda/function-runtime.ts';
import { functionNameOf } from '../lambda/functions.ts';
import type { Outcome } from './place.ts';

/** Lambda, and who may use it. */
export interface LambdaAccess {
  readonly functions: {
    invoke(name: string, event: string): Promise<InvocationResult>;
    arnOf(name: string): string;
  };
  readonly allowed: (roleArn: string, action: string, resource: string) => boolean;
}

const invokeArguments = z.strictObject({
  FunctionName: z.string().regex(/^(arn:aws:lambda:[\w-]+:\d{12}:function:)?[\w-]{1,64}$/, {
    error: 'is no name or unqualified ARN of a function',
  }),
  Payload: z.unknown().optional(),
});

const functionError = z.object({ errorType: z.string().min(1) });

/** A task's call: in the name of which role, and with which Arguments (JSON). */
export interface Call {
  readonly roleArn: string;
  readonly arguments: string;
}

/** The function and the event that a call's Arguments name, or the failure that they do not. */
export const readCall = (call: Call): { readonly name: string; readonly payload: unknown } | Outcome => {
  const parsed = invokeArguments.safeParse(JSON.parse(call.arguments));
  if (!parsed.success) return unusable(parsed.error.issues);
  return { name: functionNameOf(parsed.data.FunctionName), payload: parsed.data.Payload ?? {} };
};

/** `lambda:invoke` in the name of the machine's role: waits for the function, and never throws. */
export const invokeLambda = async ({ functions, allowed }: LambdaAccess, call: Call): Promise<Outcome> => {
  const read = readCall(call);
  if (!('name' in read)) return read;
  const { name, payload } = read;
  const arn = functions.arnOf(name);
  if (!allowed(call.roleArn, 'lambda:InvokeFunction', arn)) return serviceFailure(accessDenied(call.roleArn, arn));
  try {
    return outcomeOf(await functions.invoke(name, JSON.stringify(payload)));
  } catch (error) {
    return serviceFailure(error);
  }
};

/** What Step Functions says when it lost its connection to Lambda: whether the function ran to its end is unknown. */
export const lostCall: Outcome = {
  failure: { error: 'Lambda.SdkClientException', cause: 'The local AWS ended while the function was called.' },
};

const unusable = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): Outcome => {
  const said = issues.map(({ path, message }) => `${path.join('.') || 'Arguments'}: ${message}`).join('; ');
  return { failure: { error: 'States.Runtime', cause: `The Arguments could not be used to start the Task: ${said}` } };
};

const outcomeOf = ({ failed, payload }: InvocationResult): Outcome => {
  const value: unknown = JSON.parse(payload);
  if (failed) {
    const named = functionError.safeParse(value);
    return { failure: { error: named.success ? named.data.errorType : 'Lambda.Unknown', cause: payload } };
  }
  return answered(value, randomUUID());
};

/** The result of a call that a function answered with a value. */
export const answered = (value: unknown, requestId: string): Outcome => ({
  result: {
    ExecutedVersion: '$LATEST',
    Payload: value,
    SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  },
});

const accessDenied = (roleArn: string, arn: string): ServiceError => {
  const because = 'because no identity-based policy allows the lambda:InvokeFunction action';
  const message = `User: ${roleArn} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} ${because}`;
  return new ServiceError('AccessDeniedException', message, { status: 403 });
};

/** Errors of Lambda that the integration names; the others are all `Lambda.AWSLambdaException`. */
const named = ['ResourceNotFoundException', 'TooManyRequestsException', 'RequestTooLargeException'];

const serviceFailure = (error: unknown): Outcome => {
  const { code, status } = error instanceof ServiceError ? error : { code: 'ServiceException', status: 500 };
  const name = named.includes(code) || code === 'ServiceException' ? code : 'AWSLambdaException';
  const cause = `${messageOf(error)} (Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`;
  return { failure: { error: `Lambda.${name}`, cause } };
};
