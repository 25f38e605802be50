import { DatabaseSync } from 'node:sqlite';
import type { Deployed, ServiceContext } from '../../../local/service.ts';

/** A service context over a database in memory (or a given one), with a clock that a test moves by hand. */
export const localContext = (
  database = new DatabaseSync(':memory:'),
): ServiceContext & { readonly clock: { now(): number; advance(ms: number): void } } => {
  let now = Date.UTC(2026, 0, 15, 12);
  return {
    database,
    clock: {
      now: () => now,
      advance(ms) {
        now += ms;
      },
    },
    account: '123456789012',
    region: 'eu-central-1',
  };
};

/** Deploys one resource of a service as a stack would. */
export const deploy = async (
  service: { readonly resources: Readonly<Record<string, { deploy: Deploy }>> },
  type: string,
  properties: Record<string, unknown>,
  logicalId = 'Thing',
): Promise<Deployed> => {
  const resource = service.resources[type];
  if (!resource) throw new Error(`no resource type ${type}`);
  return await resource.deploy({ stack: 'Data', logicalId, properties });
};

type Deploy = (resource: {
  stack: string;
  logicalId: string;
  properties: Record<string, unknown>;
}) => Deployed | Promise<Deployed>;
