import type { ToolDescription } from './catalogue.ts';

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'nextAction'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    retryable: { type: 'boolean' },
    applied: { enum: ['no', 'unknown'] },
    retryAfter: { type: 'number' },
    operationId: { type: 'string' },
    traceId: { type: 'string' },
    nextAction: { type: 'string' },
  },
};

const operation = {
  type: 'object',
  required: ['operationId', 'tool', 'state', 'version', 'attempts', 'createdAt', 'updatedAt', 'nextAction'],
  properties: {
    operationId: { type: 'string' },
    tool: { type: 'string' },
    state: {
      enum: [
        'running',
        'awaiting_approval',
        'queued',
        'accepted',
        'attempted',
        'unknown',
        'applied',
        'not_applied',
        'review',
        'dead',
      ],
    },
    version: { type: 'integer' },
    attempts: { type: 'integer' },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time' },
    reference: { type: 'string' },
    document: { type: 'string' },
    reason: { type: 'string' },
    replacedBy: { type: 'string' },
    steps: {
      description: 'Of a saga: what each of its steps has come to.',
      type: 'array',
      items: {
        type: 'object',
        required: ['step', 'tool', 'state'],
        properties: {
          step: { type: 'string' },
          tool: { type: 'string' },
          state: { enum: ['not_begun', 'done', 'not_done', 'undone', 'waiting', 'review', 'not_undone'] },
          document: { type: 'string' },
        },
      },
    },
    result: {},
    problem: { $ref: '#/components/schemas/Problem' },
    retryAfter: { type: 'number' },
    nextAction: { type: 'string' },
  },
};

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const refusal = {
  description: 'A refusal, by code.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** OpenAPI 3.1 of what one caller may use; `url` is the address that it called. */
export const openApiOf = (tools: readonly ToolDescription[], url: string): unknown => ({
  openapi: '3.1.0',
  info: {
    title: 'Countersign',
    version: '1',
    description: 'Tools for agents. Calls are signed with AWS Signature Version 4, service execute-api.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url }],
  security: [{ sigv4: [] }],
  paths: {
    '/v1/tools': { get: listing('listTools', 'The tools that the caller may use.', { type: 'object' }) },
    '/v1/operations/{id}': {
      get: {
        ...listing('getOperation', 'What became of a write; looked up in the system where it is not known yet.', {
          $ref: '#/components/schemas/Operation',
        }),
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'wait',
            in: 'query',
            description: 'Seconds to wait for an end.',
            schema: { type: 'integer', minimum: 0, maximum: 25 },
          },
        ],
      },
    },
    ...Object.fromEntries(tools.map((tool) => [`/v1/tools/${tool.name}`, { post: callOf(tool) }])),
  },
  components: {
    securitySchemes: {
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
    schemas: { Problem: problem, Operation: operation },
  },
});

const listing = (operationId: string, summary: string, schema: unknown) => ({
  operationId,
  summary,
  responses: { 200: { description: summary, ...json(schema) }, '4XX': refusal },
});

function callOf({ name, summary, effect, level, input, output, errors, examples }: ToolDescription) {
  const isRead = effect === 'read';
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'Names the intent; kept for 400 days.',
    schema: { type: 'string', maxLength: 256 },
  };
  const pending = { description: 'Recorded; not settled yet.', ...json({ $ref: '#/components/schemas/Operation' }) };
  const [example] = examples;
  return {
    operationId: name,
    summary,
    description: `Errors particular to it: ${errors.join(', ') || 'none'}.`,
    'x-countersign-level': level,
    'x-countersign-effect': effect,
    ...(!isRead && { parameters: [key] }),
    requestBody: { required: true, content: { 'application/json': { schema: bare(input), example: example?.input } } },
    responses: {
      200: { description: 'Done.', ...json(bare(output)) },
      ...(!isRead && { 202: pending }),
      '4XX': refusal,
      '5XX': refusal,
    },
  };
}

/** Inside a document the dialect is the document's. */
function bare(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || !('$schema' in schema)) return schema;
  const { $schema: _, ...rest } = schema;
  return rest;
}
