import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { DeployedResource, ResourceType } from '../../service.ts';
import { checkGatewayResponse, type GatewayResponse } from './gateway-response.ts';
import {
  deploymentProperties,
  gatewayResponseProperties,
  methodProperties,
  resourceProperties,
  restApiProperties,
  stageProperties,
} from './properties.ts';
import { type Routes, routes } from './routes.ts';
import { throttle } from './throttle.ts';

/** The API with its stage, which the origin serves at `/`. */
export interface DeployedApi {
  readonly id: string;
  readonly routes: Routes;
  readonly responses: ReadonlyMap<string, GatewayResponse>;
  readonly stage: z.output<typeof stageProperties>;
  /** Whether the stage's throttle lets one more request pass. */
  admit(): boolean;
}

interface RestApi {
  readonly id: string;
  readonly routes: Routes;
  readonly responses: Map<string, GatewayResponse>;
}

/** An id as AWS makes them: ten letters and digits, here the same at every deploy. */
const idOf = ({ stack, logicalId }: DeployedResource): string =>
  BigInt(`0x${createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 16)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(0, 10);

/** What templates have made so far: one API, one stage. */
interface Made {
  api?: RestApi;
  deployed?: DeployedApi;
}

const known = ({ api }: Made, id: string): RestApi => {
  if (api?.id !== id) throw new Error(`there is no REST API ${id}`);
  return api;
};

/** The resource types of a REST API; there is one API and one stage. `now`: the clock of the throttle, in ms. */
export const restApiResources = (now: () => number) => {
  const made: Made = {};
  const types = {
    'AWS::ApiGateway::RestApi': apiResource(made),
    'AWS::ApiGateway::Resource': pathResource(made),
    'AWS::ApiGateway::Method': methodResource(made),
    'AWS::ApiGateway::Deployment': deploymentResource(made),
    'AWS::ApiGateway::Stage': stageResource(made, now),
    'AWS::ApiGateway::GatewayResponse': responseResource(made),
  };
  return { types, deployed: () => made.deployed };
};

const apiResource = (made: Made): ResourceType =>
  resourceType(restApiProperties, (_, resource) => {
    if (made.api) throw new Error('the local AWS serves one REST API');
    const id = idOf(resource);
    made.api = { id, routes: routes(`${id}-root`), responses: new Map() };
    return { ref: id, attributes: { RestApiId: id, RootResourceId: `${id}-root` } };
  });

const pathResource = (made: Made): ResourceType =>
  resourceType(resourceProperties, (properties, resource) => {
    const id = idOf(resource);
    known(made, properties.RestApiId).routes.addResource(id, properties.ParentId, properties.PathPart);
    return { ref: id, attributes: { ResourceId: id } };
  });

const methodResource = (made: Made): ResourceType =>
  resourceType(methodProperties, (properties, { logicalId }) => {
    known(made, properties.RestApiId).routes.addMethod(properties);
    return { ref: logicalId, attributes: {} };
  });

const deploymentResource = (made: Made): ResourceType =>
  resourceType(deploymentProperties, (properties, resource) => {
    known(made, properties.RestApiId);
    return { ref: idOf(resource), attributes: { DeploymentId: idOf(resource) } };
  });

const stageResource = (made: Made, now: () => number): ResourceType =>
  resourceType(stageProperties, (properties) => {
    if (made.deployed) throw new Error('the local AWS serves one stage');
    const admit = stageThrottle(properties.MethodSettings[0], now);
    made.deployed = { ...known(made, properties.RestApiId), stage: properties, admit };
    return { ref: properties.StageName, attributes: {} };
  });

const responseResource = (made: Made): ResourceType =>
  resourceType(gatewayResponseProperties, (properties, { logicalId }) => {
    checkGatewayResponse(properties);
    known(made, properties.RestApiId).responses.set(properties.ResponseType, properties);
    return { ref: logicalId, attributes: { Id: logicalId } };
  });

type MethodSetting = z.output<typeof stageProperties>['MethodSettings'][number];

const stageThrottle = (setting: MethodSetting | undefined, now: () => number): (() => boolean) => {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = setting ?? {};
  return rate === undefined || burst === undefined ? () => true : throttle({ rate, burst }, now);
};
