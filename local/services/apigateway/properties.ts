import * as z from 'zod';
import { tags } from '../../iam/properties.ts';

/** `AWS::ApiGateway::RestApi`. */
export const restApiProperties = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  EndpointConfiguration: z
    .strictObject({ Types: z.array(z.enum(['EDGE', 'REGIONAL', 'PRIVATE'])), IpAddressType: z.string().optional() })
    .optional(),
  DisableExecuteApiEndpoint: z.boolean().optional(),
  Tags: tags,
});

/** `AWS::ApiGateway::Resource`. */
export const resourceProperties = z.strictObject({
  RestApiId: z.string(),
  ParentId: z.string(),
  PathPart: z.string().regex(/^(?:[\w.,:-]+|\{[\w.-]+\+?\})$/),
});

const integration = z.strictObject({
  Type: z.literal('AWS_PROXY'),
  IntegrationHttpMethod: z.literal('POST'),
  Uri: z.string().regex(/^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/[^/]+\/invocations$/),
  TimeoutInMillis: z.number().int().min(50).max(29_000).default(29_000),
});

/** `AWS::ApiGateway::Method`: signed by IAM or open to all, answered by a function. */
export const methodProperties = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.enum(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'ANY']),
  AuthorizationType: z.enum(['AWS_IAM', 'NONE']),
  ApiKeyRequired: z.literal(false).optional(),
  OperationName: z.string().optional(),
  // Without a request validator these only document the method.
  RequestParameters: z.record(z.string(), z.boolean()).optional(),
  Integration: integration,
});

/** `AWS::ApiGateway::Deployment`. */
export const deploymentProperties = z.strictObject({ RestApiId: z.string(), Description: z.string().optional() });

const methodSetting = z.strictObject({
  HttpMethod: z.literal('*'),
  ResourcePath: z.literal('/*'),
  DataTraceEnabled: z.boolean().optional(),
  LoggingLevel: z.enum(['OFF', 'ERROR', 'INFO']).optional(),
  MetricsEnabled: z.boolean().optional(),
  ThrottlingBurstLimit: z.number().int().min(0).optional(),
  ThrottlingRateLimit: z.number().min(0).optional(),
});

/** `AWS::ApiGateway::Stage`. `test-invoke-stage` is the console's own, which would let calls in past the policies. */
export const stageProperties = z.strictObject({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: z
    .string()
    .regex(/^[\w-]{1,128}$/)
    .refine((name) => name !== 'test-invoke-stage', { message: 'the stage test-invoke-stage is refused' }),
  Description: z.string().optional(),
  MethodSettings: z.array(methodSetting).max(1).default([]),
  AccessLogSetting: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  TracingEnabled: z.boolean().optional(),
  Variables: z.record(z.string(), z.string()).optional(),
  Tags: tags,
});

/** All types that AWS has; those of features this gateway lacks never arise. */
const responseTypeNames = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
] as const;

/** `AWS::ApiGateway::GatewayResponse`. */
export const gatewayResponseProperties = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.enum(responseTypeNames),
  StatusCode: z
    .string()
    .regex(/^\d{3}$/)
    .optional(),
  ResponseParameters: z.record(z.string().startsWith('gatewayresponse.header.'), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});
