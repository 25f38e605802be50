import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { errorTable } from '../../lib/core/errors.ts';
import { synthesizeSample } from './sample.ts';
import { ofType, resourcesIn } from './template.ts';

const service = resourcesIn(synthesizeSample('production'), 'service');
const methods = ofType(service, 'AWS::ApiGateway::Method').map(({ properties }) => properties);

/** `GET /v1/tools` -> the function behind it. */
const routes = Object.fromEntries(
  methods.map(({ HttpMethod, ResourceId, Integration }) => [
    `${HttpMethod} ${pathOf(ResourceId)}`,
    nameOf(Integration.Uri),
  ]),
);

function pathOf(reference: string): string {
  const resource = ofType(service, 'AWS::ApiGateway::Resource').find(({ id }) => reference === `<${id}>`);
  return resource ? `${pathOf(resource.properties.ParentId)}/${resource.properties.PathPart}` : '';
}

function nameOf(uri: string): string {
  const found = ofType(service, 'AWS::Lambda::Function').find(({ id }) => uri.includes(`<${id}.Arn>`));
  return found?.properties.FunctionName.replace('countersign-production-', '');
}

describe("the agents' API", () => {
  test('has one path for each tool, and these others', () => {
    expect(routes).toEqual({
      'GET /openapi.json': 'catalogue',
      'GET /v1/tools': 'catalogue',
      'POST /v1/tools/erp_get_stock': 'erp-read',
      'POST /v1/tools/erp_get_purchase_order': 'erp-read',
      'POST /v1/tools/erp_create_purchase_order': 'erp-write',
      'POST /v1/tools/erp_cancel_purchase_order': 'erp-write',
      'POST /v1/tools/mes_get_stock': 'mes-read',
      'GET /v1/operations/{id}': 'operations',
      'GET /v1/admin/operations': 'admin',
      'GET /v1/admin/operations/{id}': 'admin',
      'POST /v1/admin/operations/{id}/reconcile': 'admin',
      'GET /v1/admin/operations/{id}/evidence': 'admin',
      'GET /v1/admin/dead': 'admin',
      'POST /v1/admin/operations/{id}/redrive': 'admin',
      'POST /v1/admin/operations/{id}/discard': 'admin',
      'POST /v1/admin/operations/{id}/edit': 'admin',
      'GET /v1/admin/reviews': 'admin',
      'POST /v1/admin/operations/{id}/claim': 'admin',
      'POST /v1/admin/operations/{id}/resolve': 'admin',
      'POST /v1/admin/operations/{id}/confirm': 'admin',
      'GET /v1/admin/journal': 'admin',
      'GET /v1/admin/systems': 'admin',
      'POST /v1/admin/systems/{id}/check': 'admin',
      'POST /v1/admin/systems/{id}/reconcile': 'admin',
      'GET /v1/admin/systems/{id}/documents': 'admin',
      'POST /v1/admin/systems/{id}/pause': 'admin',
      'POST /v1/admin/systems/{id}/resume': 'admin',
    });
  });

  test('asks for a signature everywhere, and waits a second longer than a function runs', () => {
    for (const { AuthorizationType, Integration } of methods) {
      expect(AuthorizationType).toBe('AWS_IAM');
      expect(Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', TimeoutInMillis: 29_000 });
    }
  });

  test('calls functions from the deployed stage only, so that the test page of the console cannot', () => {
    const permissions = ofType(service, 'AWS::Lambda::Permission')
      .map(({ properties }) => properties)
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(permissions).toHaveLength(6);
    for (const { SourceArn } of permissions) expect(SourceArn).toMatch(/\/production\/\*\/\*$/);
  });

  test('does not let the API call what only functions may ask', () => {
    const called = ofType(service, 'AWS::Lambda::Permission')
      .filter(({ properties }) => properties.Principal !== 'events.amazonaws.com')
      .map(({ properties }) => properties.FunctionName);
    expect(called.filter((name) => /Recover|Replay/.test(name))).toEqual([]);
  });

  test('is regional, throttled, and changes no setting of the account', () => {
    const [api] = ofType(service, 'AWS::ApiGateway::RestApi');
    const [stage] = ofType(service, 'AWS::ApiGateway::Stage');
    expect(api?.properties.EndpointConfiguration.Types).toEqual(['REGIONAL']);
    expect(stage?.properties.StageName).toBe('production');
    expect(stage?.properties.MethodSettings).toMatchObject([{ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 }]);
    expect(ofType(service, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  test('logs who called what and how it ended, never what was sent or answered', () => {
    const [stage] = ofType(service, 'AWS::ApiGateway::Stage');
    const line = JSON.parse(stage?.properties.AccessLogSetting.Format);
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['principal', 'method', 'path', 'status', 'requestId']));
    expect(Object.values(line).join()).not.toMatch(/body|header|querystring/i);
  });
});

describe('a refusal by API Gateway itself', () => {
  const problem = z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(errorTable)),
    retryable: z.boolean(),
    traceId: z.literal('$context.requestId'),
    nextAction: z.string(),
  });
  const responses = ofType(service, 'AWS::ApiGateway::GatewayResponse').map(({ properties }) => properties);

  test.each(
    responses.map((response) => [response.ResponseType, response]),
  )('%s has the shape of every other refusal', (_, { StatusCode, ResponseTemplates, ResponseParameters }) => {
    const body = problem.parse(JSON.parse(ResponseTemplates['application/json']));
    expect(String(body.status)).toBe(StatusCode);
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    expect('gatewayresponse.header.Retry-After' in ResponseParameters).toBe(body.retryable);
  });

  test('leaves no response of API Gateway in its own shape', () => {
    const types = responses.map(({ ResponseType }) => ResponseType);
    expect(types).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX', 'ACCESS_DENIED', 'THROTTLED']));
  });

  test('says of a function that did not answer that the outcome is unknown', () => {
    for (const type of ['INTEGRATION_TIMEOUT', 'INTEGRATION_FAILURE']) {
      const found = responses.find(({ ResponseType }) => ResponseType === type);
      expect(JSON.parse(found?.ResponseTemplates['application/json'])).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        applied: 'unknown',
        retryable: true,
      });
    }
  });
});
