import { RemovalPolicy } from 'aws-cdk-lib';
import type { Configuration } from '../core/config.ts';

/** What every part of a deployment knows about it. */
export interface Deployment {
  readonly stage: string;
  readonly configuration: Configuration;
  /** Folder of the built functions: `<folder>/<entry>/index.cjs`. */
  readonly functions: string;
  /** Puts each agent's and operator's policy on its role; the roles have to exist. */
  readonly attachPolicies: boolean;
  /** Where people find their pages, without a slash at the end; the address of the API unless given. */
  readonly peopleUrl?: string | undefined;
}

/** A name that tells the stages of one account apart: `countersign-<stage>-<parts>`. */
export const nameIn = ({ stage }: Deployment, ...parts: readonly string[]): string =>
  ['countersign', stage, ...parts].join('-');

/** Whether data outlive their stack and are protected against deletion. */
export const isRetained = ({ stage, configuration }: Deployment): boolean =>
  (configuration.removal ?? (stage === 'local' || stage === 'dev' ? 'destroy' : 'retain')) === 'retain';

/** What becomes of a data store when its stack goes. */
export const removalPolicyOf = (deployment: Deployment): RemovalPolicy =>
  isRetained(deployment) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
