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

/** An API with its stage, which the origin serves under its base path. */
export interface DeployedApi {
  readonly id: string;
  /** Empty for the API at the root, else with a leading slash and none at its end. */
  readonly basePath: string;
  readonly routes: Routes;
  readonly responses: ReadonlyMap<string, GatewayResponse>;
  readonly stage: z.output<typeof stageProperties>;
  /** Whether the stage's throttle lets one more request pass. */
  admit(): boolean;
}

interface RestApi {
  readonly id: string;
  readonly basePath: string;
  readonly routes: Routes;
  readonly responses: Map<string, GatewayResponse>;
}

/** An id as AWS makes them: ten letters and digits, here the same at every deploy. */
const idOf = ({ stack, logicalId }: DeployedResource): string =>
  BigInt(`0x${createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 16)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(0, 10);

/** What templates have made so far: APIs by id, and by base path those that have their one stage. */
interface Made {
  readonly apis: Map<string, RestApi>;
  readonly deployed: Map<string, DeployedApi>;
}

const known = ({ apis }: Made, id: string): RestApi => {
  const api = apis.get(id);
  if (!api) throw new Error(`there is no REST API ${id}`);
  return api;
};

/** Base paths by the names of REST APIs, such as `/people`; an API that is not named is at the root. */
export type BasePaths = Readonly<Record<string, string>>;

/** The resource types of REST APIs; each has one stage and a base path of its own. `now`: the clock of the throttles, in ms. */
export const restApiResources = (now: () => number, basePaths: BasePaths) => {
  const made: Made = { apis: new Map(), deployed: new Map() };
  const types = {
    'AWS::ApiGateway::RestApi': apiResource(made, basePaths),
    'AWS::ApiGateway::Resource': pathResource(made),
    'AWS::ApiGateway::Method': methodResource(made),
    'AWS::ApiGateway::Deployment': deploymentResource(made),
    'AWS::ApiGateway::Stage': stageResource(made, now),
    'AWS::ApiGateway::GatewayResponse': responseResource(made),
  };
  return { types, serving: (path: string) => serving(made, path) };
};

/** The API for a path: what is mapped under a base path wins over what is at the root. */
const serving = ({ deployed }: Made, path: string): DeployedApi | undefined =>
  deployed.get(`/${path.split('/')[1]}`) ?? deployed.get('');

const apiResource = (made: Made, basePaths: BasePaths): ResourceType =>
  resourceType(restApiProperties, ({ Name }, resource) => {
    const id = idOf(resource);
    const basePath = (Object.hasOwn(basePaths, Name) && basePaths[Name]) || '';
    if (!/^(\/[\w-]+)?$/.test(basePath)) throw new Error(`the base path ${basePath} is not one name behind a slash`);
    const taken = [...made.apis.values()].some((other) => other.basePath === basePath);
    if (taken) throw new Error(`a REST API is at ${basePath || 'the root'} already; give ${Name} another base path`);
    made.apis.set(id, { id, basePath, routes: routes(`${id}-root`), responses: new Map() });
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
    const api = known(made, properties.RestApiId);
    if (made.deployed.has(api.basePath)) throw new Error('the local AWS serves one stage of an API');
    made.deployed.set(api.basePath, {
      ...api,
      stage: properties,
      admit: stageThrottle(properties.MethodSettings[0], now),
    });
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
