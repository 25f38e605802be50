import type { ConfigurationByStage } from '../../lib/core/config.ts';
import base from './approvals.config.ts';

/** As the configuration with approvals; Carla is asked too where Anna and Ben do not answer, and Emil may stand in. */
const withEscalation: ConfigurationByStage = (stage) => {
  const configuration = base(stage);
  const buyer = configuration.agents['buyer-agent'];
  if (!buyer) throw new Error('the sample has no buyer');
  const escalate = { after: 24, to: ['carla'] };
  const approval = [{ above: '1000', need: 1, of: ['anna', 'ben'], within: 72, escalate }];
  const write = { create_purchase_order: { level: 'approve', approval } } as const;
  return {
    ...configuration,
    agents: { ...configuration.agents, 'buyer-agent': { ...buyer, grants: { erp: { read: 'all', write } } } },
    approvers: { ...configuration.approvers, emil: { name: 'EMIL', email: 'emil@example.com' } },
  };
};

export default withEscalation;
