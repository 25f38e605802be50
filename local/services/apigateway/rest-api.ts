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

/** The resource types of a REST API; there is one API and one stage. `now`: the clock of the throttle, in ms. */
export const restApiResources = (
  now: () => number,
): {
  readonly types: Readonly<Record<string, ResourceType>>;
  readonly deployed: () => DeployedApi | undefined;
} => {
  let api: RestApi | undefined;
  let deployed: DeployedApi | undefined;
  const known = (id: string): RestApi => {
    if (api?.id !== id) throw new Error(`there is no REST API ${id}`);
    return api;
  };
  const types = {
    'AWS::ApiGateway::RestApi': resourceType(restApiProperties, (_, resource) => {
      if (api) throw new Error('the local AWS serves one REST API');
      const id = idOf(resource);
      api = { id, routes: routes(`${id}-root`), responses: new Map() };
      return { ref: id, attributes: { RestApiId: id, RootResourceId: `${id}-root` } };
    }),
    'AWS::ApiGateway::Resource': resourceType(resourceProperties, (properties, resource) => {
      const id = idOf(resource);
      known(properties.RestApiId).routes.addResource(id, properties.ParentId, properties.PathPart);
      return { ref: id, attributes: { ResourceId: id } };
    }),
    'AWS::ApiGateway::Method': resourceType(methodProperties, (properties, { logicalId }) => {
      known(properties.RestApiId).routes.addMethod(properties);
      return { ref: logicalId, attributes: {} };
    }),
    'AWS::ApiGateway::Deployment': resourceType(deploymentProperties, (properties, resource) => {
      known(properties.RestApiId);
      return { ref: idOf(resource), attributes: { DeploymentId: idOf(resource) } };
    }),
    'AWS::ApiGateway::Stage': resourceType(stageProperties, (properties) => {
      if (deployed) throw new Error('the local AWS serves one stage');
      const admit = stageThrottle(properties.MethodSettings[0], now);
      deployed = { ...known(properties.RestApiId), stage: properties, admit };
      return { ref: properties.StageName, attributes: {} };
    }),
    'AWS::ApiGateway::GatewayResponse': resourceType(gatewayResponseProperties, (properties, { logicalId }) => {
      checkGatewayResponse(properties);
      known(properties.RestApiId).responses.set(properties.ResponseType, properties);
      return { ref: logicalId, attributes: { Id: logicalId } };
    }),
  };
  return { types, deployed: () => deployed };
};

type MethodSetting = z.output<typeof stageProperties>['MethodSettings'][number];

const stageThrottle = (setting: MethodSetting | undefined, now: () => number): (() => boolean) => {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = setting ?? {};
  return rate === undefined || burst === undefined ? () => true : throttle({ rate, burst }, now);
};
