/** One function of it. */
export interface FixtureFunction {
  /** The body of an `index.cjs`, which sets `exports.handler`. */
  readonly code: string;
  readonly properties?: Record<string, unknown>;
  /** Statements of the function's own policy. */
  readonly statements?: readonly object[];
}

/** What a test's template is made from. */
export interface TemplateFixture {
  readonly functions: Readonly<Record<string, FixtureFunction>>;
  /** `METHOD /path` -> name of the function. */
  readonly routes?: Readonly<Record<string, string>>;
  /** Statements of the managed policy of the agents' role; all routes when absent. */
  readonly agentStatements?: readonly object[];
  readonly resources?: Readonly<Record<string, object>>;
  readonly outputs?: Readonly<Record<string, object>>;
  readonly method?: Record<string, unknown>;
  readonly stage?: Record<string, unknown>;
}

/** A template with functions, an API with routes to them, and a policy for the agents' role. */
export const fixtureTemplate = (fixture: TemplateFixture): object => ({
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

const apiResources = (fixture: TemplateFixture, routes: Readonly<Record<string, string>>) => {
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
