import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AuthorizationType, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';
import { ServedApi } from './served-api.ts';

/** The REST API with the pages on which people decide. Nobody signs calls of it: its pages have a sign-in of their own. */
export class PeopleApi extends ServedApi {
  /** Where its pages are, without a slash at the end. */
  readonly pagesUrl: string;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, {
      deployment,
      name: 'people',
      description: `Countersign ${deployment.stage}: pages on which people approve`,
      authorizationType: AuthorizationType.NONE,
      throttle: { throttlingRateLimit: 20, throttlingBurstLimit: 60 },
      accessLogLine,
      refusals,
    });
    const output = this.node.findChild('Endpoint');
    if (output instanceof CfnOutput) output.overrideLogicalId('PeopleUrl');
    const { region, urlSuffix } = Stack.of(this);
    // Spelt out: the URL that RestApi knows waits for its stage, and so for the functions that need it.
    this.pagesUrl =
      deployment.peopleUrl ?? `https://${this.restApiId}.execute-api.${region}.${urlSuffix}/${deployment.stage}`;
    this.#acknowledgeFindings();
  }

  #acknowledgeFindings(): void {
    const ownSignIn = 'People sign in on the pages, by the identity provider of the company or a one-time code.';
    acknowledge(this, {
      'AwsSolutions-APIG4': ownSignIn,
      'AwsSolutions-COG4': ownSignIn,
      'AwsSolutions-APIG2': 'The function checks every form, strictly: a form is no JSON that a model could describe.',
    });
    acknowledge(this.deploymentStage, {
      'AwsSolutions-APIG3': 'A firewall is the choice of the account.',
      'AwsSolutions-APIG6': 'Execution logs would hold forms and pages, with what is sensitive in them.',
      'Serverless-APIGWXrayEnabled': 'The traceId is in every log line and answer.',
    });
  }
}

/** One line a request: never its query, and not the link of a mail. */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  address: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  refusal: '$context.error.responseType',
};

/** What API Gateway answers without asking the function, as a page. */
const refusals = [
  refusal('MissingAuthenticationToken', ResponseType.MISSING_AUTHENTICATION_TOKEN, 404, 'There is no such page.'),
  refusal('Throttled', ResponseType.THROTTLED, 429, 'Too many people ask at once. Try again in a moment.'),
  refusal('Default4xx', ResponseType.DEFAULT_4XX, 400, 'This request is not understood.'),
  refusal('Default5xx', ResponseType.DEFAULT_5XX, 502, 'This did not work. Reload the page to see what was recorded.'),
];

function refusal(id: string, type: ResponseType, status: number, text: string) {
  return {
    id,
    type,
    statusCode: String(status),
    responseHeaders: {
      'Content-Type': "'text/html; charset=utf-8'",
      'X-Content-Type-Options': "'nosniff'",
      'Cache-Control': "'no-store'",
    },
    templates: { 'application/json': `<!doctype html><html lang="en"><title>Countersign</title><p>${text}</p></html>` },
  };
}
