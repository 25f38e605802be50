import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  type AuthorizationType,
  AwsIntegration,
  EndpointType,
  type GatewayResponseOptions,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Deployment, isRetained, nameIn } from './deployment.ts';
import type { EntryFunction } from './entry-function.ts';

/** What one API is made of. */
export interface ServedApiProps {
  readonly deployment: Deployment;
  /** Name behind `countersign-<stage>-`. */
  readonly name: string;
  readonly description: string;
  readonly authorizationType: AuthorizationType;
  /** Calls a second, and at once, over all callers. */
  readonly throttle: { readonly throttlingRateLimit: number; readonly throttlingBurstLimit: number };
  /** One line a call, of `$context`; never what was sent or answered. */
  readonly accessLogLine: Readonly<Record<string, string>>;
  /** What API Gateway answers by itself. */
  readonly refusals: readonly (GatewayResponseOptions & { readonly id: string })[];
}

/** A regional REST API whose routes are each served by a function. Its stage is named like the deployment's. */
export class ServedApi extends RestApi {
  readonly #stage: string;

  constructor(scope: Construct, id: string, { deployment, name, ...props }: ServedApiProps) {
    const { stage } = deployment;
    const accessLog = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/apigateway/${nameIn(deployment, name)}`,
      retention: isRetained(deployment) ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      restApiName: nameIn(deployment, name),
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      // An account has one such role: it is not for one of many stacks to set.
      cloudWatchRole: false,
      defaultMethodOptions: { authorizationType: props.authorizationType },
      deployOptions: {
        stageName: stage,
        ...props.throttle,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(props.accessLogLine)),
      },
    });
    this.#stage = stage;
    for (const { id: type, ...response } of props.refusals) this.addGatewayResponse(type, response);
  }

  /** Routes calls to a function. Its permission names the deployed stage, so that the console's test stage cannot call it. */
  serve(method: 'GET' | 'POST', path: string, by: EntryFunction): void {
    const integration = new AwsIntegration({
      service: 'lambda',
      proxy: true,
      path: `2015-03-31/functions/${by.functionArn}/invocations`,
      options: { timeout: Duration.seconds(29) },
    });
    this.root.resourceForPath(path).addMethod(method, integration);
    if (!by.node.tryFindChild(this.node.id))
      by.addPermission(this.node.id, {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.arnInStage('*', '/*'),
      });
  }

  /** A route of the deployed stage, as IAM sees it. */
  protected arnInStage(method: string, path: string): string {
    return this.arnForExecuteApi(method, path, this.#stage);
  }
}
