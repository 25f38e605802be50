import { AwsClient } from 'aws4fetch';
import { describe, expect, test } from 'vitest';
import { LocalError } from '../../../../local/local-error.ts';
import { callApi, control, type Fixture, startFixture } from '../../fixture.ts';

const echo = {
  code: `exports.handler = async (event) => ({ statusCode: 200, headers: { 'X-Seen': 'yes' }, body: JSON.stringify(event) });`,
};
const answering = (result: string) => ({ code: `exports.handler = async () => (${result});` });
const start = (more: Partial<Fixture> = {}) =>
  startFixture({ functions: { echo }, routes: { 'POST /v1/tools/{id}': 'echo', 'GET /v1/tools': 'echo' }, ...more });

describe('a call that is signed and allowed', () => {
  test('reaches the function as a proxy event, and its answer comes back', async () => {
    const local = await start();
    const headers = { 'Idempotency-Key': 'k1', 'Content-Type': 'application/json' };
    const answer = await callApi(local, '/v1/tools/a%20b?x=1&x=2&y=z%2Fz', { body: '{"quantity":"1"}', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-seen')).toBe('yes');
    const event = answer.json();
    expect(event).toMatchObject({
      resource: '/v1/tools/{id}',
      path: '/v1/tools/a%20b',
      httpMethod: 'POST',
      pathParameters: { id: 'a b' },
      queryStringParameters: { x: '2', y: 'z/z' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['z/z'] },
      multiValueHeaders: { host: [new URL(local.origin).host] },
      stageVariables: null,
      body: '{"quantity":"1"}',
      isBase64Encoded: false,
      requestContext: {
        stage: 'v',
        resourcePath: '/v1/tools/{id}',
        httpMethod: 'POST',
        protocol: 'HTTP/1.1',
        accountId: '111122223333',
        requestId: answer.headers.get('x-amzn-requestid'),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        identity: {
          accountId: '111122223333',
          caller: expect.stringMatching(/^AROA\w{17}:local$/),
          user: expect.stringMatching(/^AROA\w{17}:local$/),
          userArn: 'arn:aws:sts::111122223333:assumed-role/buyer-agent/local',
          sourceIp: '127.0.0.1',
          accessKey: local.credentials('buyer-agent').accessKeyId,
          cognitoIdentityId: null,
        },
      },
    });
  });

  test('comes without the signature, and with null for what is not there', async () => {
    const local = await start();
    const event = (await callApi(local, '/v1/tools', { method: 'GET' })).json();
    expect(Object.keys(Object(event['headers'])).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(event).toMatchObject({
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
    });
  });

  test('has the function of the most specific path', async () => {
    const local = await startFixture({
      functions: {
        exact: answering(`{ statusCode: 200, body: 'exact' }`),
        any: echo,
        rest: answering(`{ statusCode: 200, body: 'rest' }`),
      },
      routes: { 'POST /a/{id}': 'any', 'POST /a/b': 'exact', 'ANY /{more+}': 'rest' },
    });
    expect((await callApi(local, '/a/b')).text).toBe('exact');
    expect((await callApi(local, '/a/c')).json()).toMatchObject({ pathParameters: { id: 'c' } });
    expect((await callApi(local, '/a/b/c')).text).toBe('rest');
    expect((await callApi(local, '/x', { method: 'DELETE' })).text).toBe('rest');
  });
});

describe("the function's result", () => {
  test.each<[string, string, number, string]>([
    ['a status and a body', `{ statusCode: 202, body: 'x' }`, 202, 'x'],
    ['no body', `{ statusCode: 204 }`, 204, ''],
    [
      'bytes',
      `{ statusCode: 200, body: Buffer.from('héllo').toString('base64'), isBase64Encoded: true }`,
      200,
      'héllo',
    ],
    ['no status', `{ body: 'x' }`, 502, '{"message":"Internal server error"}'],
    ['a body that is no text', `{ statusCode: 200, body: {} }`, 502, '{"message":"Internal server error"}'],
    ['a member that is not known', `{ statusCode: 200, status: 1 }`, 502, '{"message":"Internal server error"}'],
    ['nothing', `undefined`, 502, '{"message":"Internal server error"}'],
  ])('with %s', async (_, result, status, text) => {
    const local = await startFixture({ functions: { f: answering(result) }, routes: { 'POST /f': 'f' } });
    expect(await callApi(local, '/f')).toMatchObject({ status, text });
  });

  test('keeps several values of a header, and cannot set those of the connection', async () => {
    const result = `{ statusCode: 200, headers: { Date: 'never', 'Content-Type': 'text/plain' }, multiValueHeaders: { 'X-Many': ['a', 'b'] } }`;
    const local = await startFixture({ functions: { f: answering(result) }, routes: { 'POST /f': 'f' } });
    const { headers } = await callApi(local, '/f');
    expect(headers.get('x-many')).toBe('a, b');
    expect(headers.get('content-type')).toBe('text/plain');
    expect(headers.get('x-amzn-remapped-date')).toBe('never');
    expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('the gateway refuses', () => {
  test('a call without signature, and a path or method that is not there, with the same 403', async () => {
    const local = await start();
    const unsigned = await fetch(`${local.apiUrl}/v1/tools/x`, { method: 'POST' });
    expect(unsigned.status).toBe(403);
    expect(unsigned.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(await unsigned.json()).toEqual({ message: 'Missing Authentication Token' });
    for (const target of ['/v1/nothing', '/v1/tools/x/y', '/v1//tools', '/']) {
      expect(await callApi(local, target)).toMatchObject({
        status: 403,
        text: '{"message":"Missing Authentication Token"}',
      });
    }
    expect((await callApi(local, '/v1/tools', { method: 'POST' })).status).toBe(403);
  });

  test('keys it does not know, and keys for another service', async () => {
    const local = await start();
    const { accessKeyId, secretAccessKey } = local.credentials('buyer-agent');
    const signed = (options: object) =>
      new AwsClient({
        accessKeyId,
        secretAccessKey,
        service: 'execute-api',
        region: local.region,
        retries: 0,
        ...options,
      }).fetch(`${local.apiUrl}/v1/tools/x`, { method: 'POST' });
    const unknown = await signed({ accessKeyId: 'LKIAUNKNOWN' });
    expect(unknown.status).toBe(403);
    expect(unknown.headers.get('x-amzn-errortype')).toBe('UnrecognizedClientException');
    expect((await signed({ secretAccessKey: 'wrong' })).headers.get('x-amzn-errortype')).toBe(
      'InvalidSignatureException',
    );
    expect((await signed({ region: 'us-east-1' })).status).toBe(403);
    expect((await signed({ sessionToken: 'none' })).status).toBe(403);
  });

  test('a role whose policies do not allow the route, saying who asked for what', async () => {
    const roleArn = 'arn:aws:iam::111122223333:role/reader-agent';
    const local = await start({
      roles: [
        { name: 'buyer-agent', kind: 'agent', roleArn: 'arn:aws:iam::111122223333:role/buyer-agent' },
        { name: 'reader-agent', kind: 'agent', roleArn },
        { name: 'namesake', kind: 'agent', roleArn: 'arn:aws:iam::999999999999:role/buyer-agent' },
      ],
      agentStatements: [
        { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' },
        { Effect: 'Deny', Action: 'execute-api:*', Resource: '*/POST/v1/tools/forbidden' },
      ],
    });
    expect((await callApi(local, '/v1/tools/x')).status).toBe(200);
    const reader = await callApi(local, '/v1/tools/x', { agent: 'reader-agent' });
    expect(reader.status).toBe(403);
    expect(reader.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    expect(reader.text).toContain('assumed-role/reader-agent/local is not authorized to perform: execute-api:Invoke');
    expect((await callApi(local, '/v1/tools/forbidden')).text).toContain('explicit deny');
    expect((await callApi(local, '/v1/tools/x', { agent: 'namesake' })).status).toBe(403);
  });

  test('calls above the rate of its stage', async () => {
    const MethodSettings = [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 0, ThrottlingBurstLimit: 2 }];
    const local = await start({ stage: { MethodSettings } });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await callApi(local, '/v1/tools', { method: 'GET' })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('an integration', () => {
  test('that takes too long is answered with 504', async () => {
    const slow = { code: `exports.handler = () => new Promise(() => {});` };
    const method = { Integration: { TimeoutInMillis: 50 } };
    const local = await startFixture({ functions: { slow }, routes: { 'POST /slow': 'slow' }, method });
    expect(await callApi(local, '/slow')).toMatchObject({
      status: 504,
      text: '{"message":"Endpoint request timed out"}',
    });
  });

  test('needs the permission of the function for the method that is called', async () => {
    const PathechoPOSTPermission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: 'echo',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: 'arn:aws:execute-api:eu-central-1:111122223333:otherapi/*',
      },
    };
    const routes = { 'POST /echo': 'echo' };
    const local = await startFixture({ functions: { echo }, routes, resources: { PathechoPOSTPermission } });
    expect((await callApi(local, '/echo')).status).toBe(500);
  });

  test('that Lambda refuses to start is a 500, one that fails a 502', async () => {
    const failing = { code: `exports.handler = async () => { throw new Error('broken'); };` };
    const full = { ...echo, properties: { ReservedConcurrentExecutions: 0 } };
    const local = await startFixture({
      functions: { failing, full },
      routes: { 'POST /failing': 'failing', 'POST /full': 'full' },
    });
    expect((await callApi(local, '/failing')).status).toBe(502);
    expect(await callApi(local, '/full')).toMatchObject({ status: 500, text: '{"message":"Internal server error"}' });
  });
});

describe('gateway responses', () => {
  const response = (ResponseType: string, more: object = {}) => ({
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResponseType,
      ResponseTemplates: {
        'application/json':
          '{"title":$context.error.messageString,"type":"$context.error.responseType","id":"$context.requestId","stage":"$context.stage"}',
      },
      ...more,
    },
  });

  test('word what the gateway refuses, by type or by group', async () => {
    const local = await start({
      resources: {
        Denied: response('ACCESS_DENIED', {
          StatusCode: '451',
          ResponseParameters: {
            'gatewayresponse.header.Content-Type': "'application/problem+json'",
            'gatewayresponse.header.X-Id': 'context.requestId',
          },
        }),
        Others: response('DEFAULT_4XX'),
      },
      agentStatements: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*/GET/*' }],
    });
    const denied = await callApi(local, '/v1/tools/x');
    expect(denied.status).toBe(451);
    expect(denied.headers.get('content-type')).toBe('application/problem+json');
    expect(denied.json()).toMatchObject({ type: 'ACCESS_DENIED', id: denied.headers.get('x-id'), stage: 'v' });
    expect((await callApi(local, '/nowhere')).json()).toMatchObject({
      title: 'Missing Authentication Token',
      type: 'MISSING_AUTHENTICATION_TOKEN',
    });
  });

  test.each([
    ['a variable that is not filled in', '{"x":"$context.authorizer.claims"}', '$context.authorizer.claims'],
    ['a directive', '#set($x = 1)', '#set'],
    ['the input', '$input.body', '$input'],
  ])('with %s are refused at deploy', async (_, text, named) => {
    const resources = { Bad: response('DEFAULT_4XX', { ResponseTemplates: { 'application/json': text } }) };
    await expect(start({ resources })).rejects.toThrow(named);
  });
});

test.each<[string, Partial<Fixture>]>([
  ['a method with an authorizer', { method: { AuthorizationType: 'CUSTOM' } }],
  ['an integration that is no proxy', { method: { Integration: { Type: 'MOCK' } } }],
  ['the stage test-invoke-stage', { stage: { StageName: 'test-invoke-stage' } }],
  ['an account-wide role', { resources: { Account: { Type: 'AWS::ApiGateway::Account', Properties: {} } } }],
  [
    'a second API at the root',
    { resources: { Second: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'second' } } } },
  ],
])('%s is refused at deploy', async (_, change) => {
  await expect(start(change)).rejects.toThrow(LocalError);
});

describe('an API under a base path', () => {
  const of = { RestApiId: { Ref: 'Pages' } };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  const source = { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Pages}/w/*/*' };
  const integration = {
    Type: 'AWS_PROXY',
    IntegrationHttpMethod: 'POST',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    Uri: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${echo.Arn}/invocations' },
  };
  const open = { ...of, AuthorizationType: 'NONE', HttpMethod: 'GET', Integration: integration };
  const pages = {
    Pages: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'pages' } },
    PagesDeployment: { Type: 'AWS::ApiGateway::Deployment', Properties: of },
    PagesStage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { ...of, DeploymentId: { Ref: 'PagesDeployment' }, StageName: 'w' },
    },
    Root: {
      Type: 'AWS::ApiGateway::Method',
      Properties: { ...open, ResourceId: { 'Fn::GetAtt': ['Pages', 'RootResourceId'] } },
    },
    Page: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { ...of, ParentId: { 'Fn::GetAtt': ['Pages', 'RootResourceId'] }, PathPart: '{page}' },
    },
    PageGet: { Type: 'AWS::ApiGateway::Method', Properties: { ...open, ResourceId: { Ref: 'Page' } } },
    PagesPermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: 'echo',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: source,
      },
    },
  };
  const startBoth = (basePath = '/people') => start({ resources: pages, options: { basePaths: { pages: basePath } } });

  test('answers whoever asks; both paths of the event keep the base path, its resource does not', async () => {
    const local = await startBoth();
    const answer = await fetch(`${local.origin}/people/a%20b?x=1`, { headers: { authorization: 'Basic eA==' } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      resource: '/{page}',
      path: '/people/a%20b',
      pathParameters: { page: 'a b' },
      headers: { authorization: 'Basic eA==' },
      requestContext: {
        path: '/people/a%20b',
        stage: 'w',
        identity: { userArn: null, accountId: null, accessKey: null, sourceIp: '127.0.0.1' },
      },
    });
  });

  test.each(['/people', '/people/'])('has its root at %s', async (path) => {
    const local = await startBoth();
    expect(await (await fetch(`${local.origin}${path}`)).json()).toMatchObject({ resource: '/', path });
  });

  test('leaves the API at the root as it is, which still asks for signatures', async () => {
    const local = await startBoth();
    expect((await callApi(local, '/v1/tools', { method: 'GET' })).json()).toMatchObject({ path: '/v1/tools' });
    expect((await fetch(`${local.origin}/v1/tools`)).status).toBe(403);
    expect((await fetch(`${local.origin}/peoples`)).status).toBe(403);
  });

  test('needs a base path of one name', async () => {
    await expect(startBoth('/people/')).rejects.toThrow('/people/');
  });
});

test('calls of the API are counted, and an answer can be made to get lost', async () => {
  const local = await start();
  await control(local, 'traps', {
    service: 'execute-api',
    action: 'Invoke',
    when: 'after',
    do: 'lose-response',
    skip: 1,
  });
  expect((await callApi(local, '/v1/tools/x')).status).toBe(200);
  await expect(callApi(local, '/v1/tools/x')).rejects.toThrow();
  expect(await control(local, 'calls')).toMatchObject({ counts: { outside: { 'execute-api:Invoke': 2 } } });
});
