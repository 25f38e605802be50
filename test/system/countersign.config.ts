import sample from '../../countersign.config.ts';
import type { ConfigurationByStage } from '../../lib/core/config.ts';

/** Whatever a test sends at once is let through: what a limit does is shown where limits are tested. */
const limits = { perSecond: 1_000, concurrent: 500 };

/** The sample configuration, impatient: a system that hangs is given up after five seconds instead of fifteen. Nobody is asked about what all tests order from one supplier. */
const impatient: ConfigurationByStage = (stage) => {
  // Sagas need all systems: they have tests of their own.
  const { sagas: _, ...configuration } = sample(stage);
  const { 'buyer-agent': sampled, 'reader-agent': reader } = configuration.agents;
  if (!sampled || !reader) throw new Error('the sample has no buyer, or no reader');
  const { sagas: _granted, ...buyer } = sampled;
  const grants = buyer.grants['erp'];
  const order = grants?.write?.['create_purchase_order'];
  if (!order) throw new Error('the buyer of the sample orders nothing');
  const approval = order.approval?.map((tier) => ({ ...tier, above: '10000000' })) ?? [];
  const write = { ...grants.write, create_purchase_order: { ...order, approval } };
  const { erp } = configuration.systems;
  if (!erp) throw new Error('the sample has no ERP');
  // A test that receives what an agent is told says where.
  const url = process.env['TEST_CALLBACK_URL'];
  const told = { ...buyer, ...(url !== undefined && { callback: { url } }) };
  return {
    ...configuration,
    // The same order again and again is what tests do.
    possibleDuplicates: { withinHours: 0 },
    // One system is enough for what holds for all of them: each further one is more to start.
    systems: { erp: { ...erp, patience: 5_000, limits } },
    agents: { 'buyer-agent': { ...told, grants: { erp: { ...grants, write } } }, 'reader-agent': reader },
  };
};

export default impatient;
