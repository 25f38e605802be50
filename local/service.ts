import type { DatabaseSync } from 'node:sqlite';

/** What every service of the local AWS is given: one durable database, one clock that tests can move, one account. */
export interface ServiceContext {
  readonly database: DatabaseSync;
  readonly clock: { now(): number };
  readonly account: string;
  readonly region: string;
}

/** One request that passed signature and policy checks. */
export interface Call {
  readonly input: Record<string, unknown>;
  /** ARN of the role that signed. */
  readonly principal: string;
  /** What a `rest` service gets beside `input`: the headers (lower-case names) and the bytes of the body, as they came. Absent for `json` services. */
  readonly request?: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };
}

/** What an action of a `rest` service answers: sent as it stands. An action of a `json` service answers the object that becomes the body. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** What a call needs to be allowed: IAM action names with the ARNs that they touch. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** One action of a service's API. `permissions` names what the IAM evaluator has to allow before `run`. */
export interface Action {
  permissions(input: Record<string, unknown>): readonly Permission[];
  run(call: Call): unknown | Promise<unknown>;
}

/** One CloudFormation resource type. A property outside `properties` is refused by name at deploy. */
export interface ResourceType {
  readonly properties: readonly string[];
  /** Creates the resource or brings an existing one up to date; deploying twice changes nothing. Answers `Ref` and `Fn::GetAtt` values. */
  deploy(resource: DeployedResource): Deployed | Promise<Deployed>;
}

/** A template resource whose intrinsic functions are already resolved. */
export interface DeployedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly properties: Record<string, unknown>;
}

/** What other resources may refer to. */
export interface Deployed {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A service of the local AWS: the actions and resource types that the product uses, and nothing else. */
export interface Service {
  /** The service's signing name, e.g. `dynamodb`. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly actions: Readonly<Record<string, Action>>;
  readonly resources: Readonly<Record<string, ResourceType>>;
  /** Where it behaves otherwise than AWS, one sentence each: for the coverage page. */
  readonly differences?: readonly string[];
}

/** How the service's requests look on the wire. */
export type Protocol =
  | { readonly kind: 'json'; readonly targetPrefix: string; readonly version: '1.0' | '1.1' }
  | {
      readonly kind: 'rest';
      /** Finds the action; `path` is still percent-encoded. Nothing = refused as unknown. `body` is for services whose permissions depend on it. */
      route(
        method: string,
        path: string,
        query: URLSearchParams,
        body?: Buffer,
      ): { action: string; input: Record<string, unknown> } | undefined;
      /** How this service words an error; without it, JSON with `x-amzn-errortype`, as most services do. */
      refusal?(error: ServiceError): HttpAnswer;
    };

/** Declares a service: its table is also its documentation, and what is absent from it is refused by name. */
export const defineService = <const S extends Service>(service: S): S => service;

/** An error as AWS would answer it: `code` is the exception's name, `details` further members of the body. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; details?: Record<string, unknown> } = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = options.status ?? 400;
    this.details = options.details ?? {};
  }
}
