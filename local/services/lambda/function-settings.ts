import * as z from 'zod';
import { tags } from '../../iam/properties.ts';

/** Names that AWS sets itself and a template may not, and those that would lead the function away from the local AWS. */
const reserved =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(?!LOG_).*|AWS_(ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|ENDPOINT_URL.*)|LAMBDA_.*_(ROOT|DIR))$/;

const variables = z
  .record(z.string().regex(/^[a-zA-Z]\w+$/), z.string())
  .refine((all) => !Object.keys(all).some((name) => reserved.test(name)), { error: ({ input }) => reservedIn(input) })
  .refine((all) => Object.entries(all).join('').length <= 4096, { message: 'variables take more than 4 KB' });

const reservedIn = (input: unknown): string =>
  `reserved variables: ${Object.keys(Object(input))
    .filter((name) => reserved.test(name))
    .join(', ')}`;

/** `AWS::Lambda::Function`, as far as a bundled Node.js handler needs it. */
export const functionProperties = z.strictObject({
  FunctionName: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  Description: z.string().optional(),
  Runtime: z.literal('nodejs24.x'),
  Handler: z.string().regex(/^[\w/-]+\.\w+$/),
  Role: z.string(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Environment: z.strictObject({ Variables: variables.default({}) }).default({ Variables: {} }),
  Timeout: z.number().int().min(1).max(900).default(3),
  MemorySize: z.number().int().min(128).max(10_240).default(128),
  ReservedConcurrentExecutions: z.number().int().min(0).optional(),
  Architectures: z.array(z.enum(['arm64', 'x86_64'])).optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  KmsKeyArn: z.string().optional(),
  Tags: tags,
});

/** A function as its template describes it. */
export type FunctionProperties = z.output<typeof functionProperties>;

/** The file and the export that a handler such as `index.handler` names; bundles are CommonJS. */
export const handlerParts = (handler: string): { readonly file: string; readonly exportName: string } => {
  const dot = handler.lastIndexOf('.');
  return { file: `${handler.slice(0, dot)}.cjs`, exportName: handler.slice(dot + 1) };
};

/** What running a function takes. Seconds and megabytes as in the template. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly directory: string;
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly memorySize: number;
  readonly reservedConcurrency: number | undefined;
}
