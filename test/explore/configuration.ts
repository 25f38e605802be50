import type { Agent, Configuration, WriteGrant } from '../../lib/core/config.ts';
import type { Connector } from '../../lib/core/connector.ts';
import { modelTools } from './model-connector.ts';

const grant: WriteGrant = { level: 'auto' };
const agent = (name: string): Agent => ({
  role: `role/${name}`,
  grants: { erp: { read: 'all', write: { create_order: grant, change_order: grant } } },
});

/** A company with one system and a few agents; a deploy may have changed its organisation. */
export const configurationOf = (
  connector: Connector,
  organisation: Readonly<Record<string, string>> = { group: '1' },
) => {
  const configuration: Configuration = {
    timeZone: 'UTC',
    operators: {},
    agents: { buyer: agent('buyer'), planner: agent('planner'), seller: agent('seller') },
    systems: {
      erp: {
        ...{ kind: 'model', isaLevel: 4, origins: {}, settings: {}, tools: modelTools },
        organisation: { default: organisation },
        load: async () => connector,
      },
    },
  };
  return configuration;
};
