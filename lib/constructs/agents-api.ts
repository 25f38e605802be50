import { CfnOutput } from 'aws-cdk-lib';
import { AuthorizationType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';
import { gatewayProblems } from './gateway-problems.ts';
import { ServedApi } from './served-api.ts';

/** A path of the API as IAM sees it. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With a leading slash; `*` for what follows. */
  readonly path: string;
}

/** The REST API that agents and operators call, signed with SigV4. One resource per tool, so that an IAM policy is the list of allowed tools. */
export class AgentsApi extends ServedApi {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, {
      deployment,
      name: 'agents',
      description: `Countersign ${deployment.stage}: tools for agents, operations, administration`,
      authorizationType: AuthorizationType.IAM,
      throttle: { throttlingRateLimit: 200, throttlingBurstLimit: 400 },
      accessLogLine,
      refusals: gatewayProblems,
    });
    // The address is an output that RestApi makes; the command line reads it by this name.
    const output = this.node.findChild('Endpoint');
    if (output instanceof CfnOutput) output.overrideLogicalId('ApiUrl');
    this.#acknowledgeFindings();
  }

  /** What a policy names to allow a route. */
  arnOf({ method, path }: Route): string {
    return this.arnInStage(method, path);
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
