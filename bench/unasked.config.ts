import sample from '../countersign.config.ts';
import type { ConfigurationByStage } from '../lib/core/config.ts';

/** The sample configuration, but nobody is asked about orders: a bench makes more of them in a minute than people approve in a month. */
const unasked: ConfigurationByStage = (stage) => {
  const configuration = sample(stage);
  const buyer = configuration.agents['buyer-agent'];
  const grants = buyer?.grants['erp']?.write;
  const { create_purchase_order: asked, ...others } = grants ?? {};
  if (!buyer || !asked) throw new Error('the sample has no buyer');
  const { approval = [], ...order } = asked;
  // Cancelling takes its place, so that what is deployed stays the same.
  const write = {
    ...others,
    create_purchase_order: { ...order, level: 'auto' as const },
    cancel_purchase_order: { level: 'approve' as const, approval },
  };
  return {
    ...configuration,
    possibleDuplicates: { withinHours: 0 },
    agents: { ...configuration.agents, 'buyer-agent': { ...buyer, grants: { erp: { read: 'all', write } } } },
  };
};

export default unasked;
