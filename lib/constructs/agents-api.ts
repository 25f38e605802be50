import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  AwsIntegration,
  EndpointType,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type Deployment, isRetained, nameIn } from './deployment.ts';
import type { EntryFunction } from './entry-function.ts';
import { gatewayProblems } from './gateway-problems.ts';

/** A path of the API as IAM sees it. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With a leading slash; `*` for what follows. */
  readonly path: string;
}

/** Calls a second, and at once, over all callers. */
const throttle = { throttlingRateLimit: 200, throttlingBurstLimit: 400 };

/** The REST API that agents and operators call, signed with SigV4. One resource per tool, so that an IAM policy is the list of allowed tools. */
export class AgentsApi extends RestApi {
  readonly #stage: string;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    const { stage } = deployment;
    const accessLog = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/apigateway/${nameIn(deployment, 'agents')}`,
      retention: isRetained(deployment) ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      restApiName: nameIn(deployment, 'agents'),
      description: `Countersign ${stage}: tools for agents, operations, administration`,
      endpointTypes: [EndpointType.REGIONAL],
      // An account has one such role: it is not for one of many stacks to set.
      cloudWatchRole: false,
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: stage,
        ...throttle,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    this.#stage = stage;
    // The address is an output that RestApi makes; the command line reads it by this name.
    const output = this.node.findChild('Endpoint');
    if (output instanceof CfnOutput) output.overrideLogicalId('ApiUrl');
    for (const { id: type, ...response } of gatewayProblems) this.addGatewayResponse(type, response);
    this.#acknowledgeFindings();
  }

  /** Routes calls to a function. Its permission names the deployed stage, so that the console's test stage cannot call it. */
  serve(method: Route['method'], path: string, by: EntryFunction): void {
    const integration = new AwsIntegration({
      service: 'lambda',
      proxy: true,
      path: `2015-03-31/functions/${by.functionArn}/invocations`,
      options: { timeout: Duration.seconds(29) },
    });
    this.root.resourceForPath(path).addMethod(method, integration);
    if (!by.node.tryFindChild('AgentsApi'))
      by.addPermission('AgentsApi', {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.arnForExecuteApi('*', '/*', this.#stage),
      });
  }

  /** What a policy names to allow a route. */
  arnOf({ method, path }: Route): string {
    return this.arnForExecuteApi(method, path, this.#stage);
  }

  #acknowledgeFindings(): void {
    acknowledge(this, {
      'AwsSolutions-COG4': 'Agents are IAM roles: every method asks for a SigV4 signature.',
      'AwsSolutions-APIG2':
        'Functions check every request, strictly and before zod: API Gateway would let duplicate keys pass.',
    });
    acknowledge(this.deploymentStage, {
      'AwsSolutions-APIG3': 'Only signed calls get in; a firewall is the choice of the account.',
      'AwsSolutions-APIG6': 'Execution logs would hold requests and answers, with what is sensitive in them.',
      'Serverless-APIGWXrayEnabled': 'The traceId is in every log line and answer.',
    });
  }
}

/** One line a call: who, what, how it ended; never what was sent or answered. */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  principal: '$context.identity.userArn',
  address: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  refusal: '$context.error.responseType',
};
