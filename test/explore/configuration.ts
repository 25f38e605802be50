import type { Agent, Configuration, WriteGrant } from '../../lib/core/config.ts';
import type { Connector } from '../../lib/core/connector.ts';
import type { ToolEntry } from '../../lib/core/system.ts';
import { modelTools } from './model-connector.ts';

/** What commits more needs the word of a person. */
export const askedAbove = 1_000;

const grant: WriteGrant = { level: 'auto' };
const asked: WriteGrant = {
  level: 'approve',
  approval: [{ above: String(askedAbove), need: 1, of: ['anna'], within: 72 }],
};
const agent = (name: string): Agent => ({
  role: `role/${name}`,
  grants: { erp: { read: 'all', write: { create_order: asked, change_order: grant } } },
});

/** A company with one system and a few agents; a deploy may have changed what it has. */
export const configurationOf = (
  connector: Connector,
  {
    organisation = { group: '1' },
    tools = modelTools,
  }: { organisation?: Readonly<Record<string, string>>; tools?: readonly ToolEntry[] } = {},
): Configuration => ({
  timeZone: 'UTC',
  operators: {},
  agents: { buyer: agent('buyer'), planner: agent('planner') },
  approvers: { anna: { name: 'Anna', email: 'anna@example.com' } },
  approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
  systems: {
    erp: {
      ...{ kind: 'model', isaLevel: 4, origins: {}, settings: {}, tools },
      organisation: { default: organisation },
      load: async () => connector,
    },
  },
});
