import * as z from 'zod';
import { ServiceError } from '../../service.ts';
import { payloadLimit } from './state-error.ts';

const arn = (kind: 'stateMachine' | 'execution') =>
  z.string().regex(new RegExp(`^arn:aws:states:[\\w-]+:\\d{12}:${kind}:[^:]+(:[^:]+)?$`), { error: 'Invalid Arn' });

const machineArn = arn('stateMachine');
const executionArn = arn('execution');
const payload = z.string().refine((text) => Buffer.byteLength(text) <= payloadLimit, {
  error: `Member must have length less than or equal to ${payloadLimit}`,
});
const taskToken = z.string().min(1).max(1024);
const error = z.string().max(256).optional();
const cause = z.string().max(32_768).optional();
const page = { maxResults: z.number().int().min(0).max(1000).default(0), nextToken: z.string().optional() };

/** StartExecution; without a name it gets one. */
export const startExecutionInput = z.strictObject({
  stateMachineArn: machineArn,
  name: z.string().min(1).max(80).optional(),
  input: payload.default('{}'),
});

/** DescribeExecution. */
export const describeExecutionInput = z.strictObject({ executionArn });

/** StopExecution. */
export const stopExecutionInput = z.strictObject({ executionArn, error, cause });

/** ListExecutions. */
export const listExecutionsInput = z.strictObject({
  stateMachineArn: machineArn,
  statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
  ...page,
});

/** GetExecutionHistory. */
export const historyInput = z.strictObject({
  executionArn,
  reverseOrder: z.boolean().default(false),
  includeExecutionData: z.boolean().default(true),
  ...page,
});

/** SendTaskSuccess. */
export const taskSuccessInput = z.strictObject({ taskToken, output: payload });

/** SendTaskFailure. */
export const taskFailureInput = z.strictObject({ taskToken, error, cause });

/** SendTaskHeartbeat. */
export const taskHeartbeatInput = z.strictObject({ taskToken });

/** The input of a call, read; errors: `InvalidArn`, and `ValidationException` with every offending member by name. */
export const readInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const arnIssue = parsed.error.issues.find(({ message }) => message === 'Invalid Arn');
  if (arnIssue) throw new ServiceError('InvalidArn', `Invalid Arn: '${Object(input)[String(arnIssue.path[0])]}'`);
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new ServiceError('ValidationException', issues.join('; '));
};
