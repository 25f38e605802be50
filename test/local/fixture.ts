import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { onTestFinished } from 'vitest';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/local-aws.ts';

export const agentArn = 'arn:aws:iam::111122223333:role/agents/buyer-agent';

/** A directory that is gone after the test. */
export const temporaryDirectory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'local-aws-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

export interface FixtureFunction {
  /** The body of an `index.cjs`, which sets `exports.handler`. */
  readonly code: string;
  readonly properties?: Record<string, unknown>;
  /** Statements of the function's own policy. */
  readonly statements?: readonly object[];
}

export interface Fixture {
  readonly functions: Readonly<Record<string, FixtureFunction>>;
  /** `METHOD /path` -> name of the function. */
  readonly routes?: Readonly<Record<string, string>>;
  /** Statements of the managed policy of the agents' role; all routes when absent. */
  readonly agentStatements?: readonly object[];
  readonly resources?: Readonly<Record<string, object>>;
  readonly outputs?: Readonly<Record<string, object>>;
  readonly roles?: LocalAwsOptions['roles'];
  readonly options?: Partial<LocalAwsOptions>;
  readonly method?: Record<string, unknown>;
  readonly stage?: Record<string, unknown>;
}

/** Starts a local AWS for one test, with one stack called `test`. */
export const startFixture = async (fixture: Fixture): Promise<LocalAws> => {
  const code = temporaryDirectory();
  for (const [name, one] of Object.entries(fixture.functions)) {
    mkdirSync(join(code, name));
    writeFileSync(join(code, name, 'index.cjs'), one.code);
  }
  const local = await startLocalAws({
    state: temporaryDirectory(),
    port: 0,
    assembly: {
      stacks: [{ name: 'test', template: fixtureTemplate(fixture) }],
      assetDirectory: (objectKey) => join(code, objectKey.replace(/\.zip$/, '')),
    },
    roles: fixture.roles ?? [{ name: 'buyer-agent', roleArn: agentArn, kind: 'agent' }],
    ...fixture.options,
  });
  onTestFinished(() => local.close());
  return local;
};

/** A signed call of the API by an agent. */
export const callApi = async (
  local: LocalAws,
  target: string,
  init: { method?: string; body?: string; headers?: Record<string, string>; agent?: string } = {},
): Promise<{ status: number; headers: Headers; text: string; json: () => Record<string, unknown> }> => {
  const { agent = 'buyer-agent', ...rest } = init;
  const { accessKeyId, secretAccessKey } = local.credentials(agent);
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 'execute-api',
    region: local.region,
    retries: 0,
  });
  const response = await client.fetch(`${local.apiUrl}${target}`, { method: 'POST', ...rest });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
};

/** A call of a control endpoint. */
export const control = async (local: LocalAws, path: string, body?: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`${local.origin}/_local/${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { 'x-countersign-local': '1' },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return Object(await response.json());
};

export const fixtureTemplate = (fixture: Fixture): object => ({
  Resources: {
    ...Object.assign({}, ...Object.entries(fixture.functions).map(([name, one]) => functionResources(name, one))),
    ...(fixture.routes ? apiResources(fixture, fixture.routes) : {}),
    ...fixture.resources,
  },
  Outputs: fixture.outputs ?? {},
});

const functionResources = (name: string, { properties, statements }: FixtureFunction) => ({
  [`${name}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
      ...(statements
        ? { Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] }
        : {}),
    },
  },
  [name]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 10,
      Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      ...properties,
    },
  },
});

const apiResources = (fixture: Fixture, routes: Readonly<Record<string, string>>) => {
  const resources: Record<string, object> = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'agents' } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'v', ...fixture.stage },
    },
    AgentPolicy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        Roles: ['buyer-agent'],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: fixture.agentStatements ?? [
            {
              Effect: 'Allow',
              Action: 'execute-api:Invoke',
              // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
              Resource: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/v/*' },
            },
          ],
        },
      },
    },
  };
  for (const [route, name] of Object.entries(routes)) addRoute(resources, route, name, fixture.method ?? {});
  return resources;
};

const addRoute = (resources: Record<string, object>, route: string, name: string, method: Record<string, unknown>) => {
  const [verb = '', path = ''] = route.split(' ');
  let parent: object = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  let id = 'Path';
  for (const part of path.split('/').filter(Boolean)) {
    id += part.replace(/\W/g, '_').replaceAll('_', 'x');
    resources[id] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: parent, PathPart: part },
    };
    parent = { Ref: id };
  }
  const region = { Ref: 'AWS::Region' };
  resources[`${id}${verb}`] = {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: parent,
      HttpMethod: verb,
      AuthorizationType: 'AWS_IAM',
      ...method,
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: {
          'Fn::Join': [
            '',
            [
              'arn:aws:apigateway:',
              region,
              ':lambda:path/2015-03-31/functions/',
              { 'Fn::GetAtt': [name, 'Arn'] },
              '/invocations',
            ],
          ],
        },
        ...Object(method['Integration']),
      },
    },
  };
  resources[`${id}${verb}Permission`] = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: name },
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Join': [
          '',
          ['arn:aws:execute-api:', region, ':', { Ref: 'AWS::AccountId' }, ':', { Ref: 'Api' }, '/*/*/*'],
        ],
      },
    },
  };
};
