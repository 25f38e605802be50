import sample from '../../countersign.config.ts';
import type { ConfigurationByStage } from '../../lib/core/config.ts';
import approvals from './approvals.config.ts';

/** As the configuration with approvals, with the budgets and the portal of the sample; the buyer may use them. */
const withBudgets: ConfigurationByStage = (stage) => {
  const configuration = approvals(stage);
  const { budget, portal } = sample(stage).systems;
  const buyer = configuration.agents['buyer-agent'];
  const erp = buyer?.grants['erp'];
  if (!budget || !portal || !buyer || !erp) throw new Error('the sample has no budgets, no portal, or no buyer');
  const auto = { level: 'auto' } as const;
  const grants = {
    erp: { ...erp, write: { ...erp.write, cancel_purchase_order: auto } },
    budget: { read: 'all', write: { allocate_budget: auto, release_budget: auto } },
    portal: { read: 'all', write: { open_portal_account: auto, close_portal_account: auto } },
  } as const;
  return {
    ...configuration,
    systems: { ...configuration.systems, budget, portal },
    agents: { ...configuration.agents, 'buyer-agent': { ...buyer, grants } },
  };
};

export default withBudgets;
