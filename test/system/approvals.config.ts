import type { ConfigurationByStage } from '../../lib/core/config.ts';
import base from './countersign.config.ts';

/** As the system tests' configuration; orders above 1,000 EUR need one person, above 100,000 EUR two. Within a day orders to one supplier add up. */
const withApprovals: ConfigurationByStage = (stage) => {
  const configuration = base(stage);
  const buyer = configuration.agents['buyer-agent'];
  if (!buyer) throw new Error('the sample has no buyer');
  const approval = [
    { above: '1000', need: 1, of: ['anna', 'ben'], within: 72 },
    { above: '100000', need: 2, of: ['anna', 'ben', 'carla'], within: 72 },
  ];
  const write = { create_purchase_order: { level: 'approve', approval } } as const;
  return {
    ...configuration,
    agents: {
      ...configuration.agents,
      'buyer-agent': { ...buyer, owner: 'dora', grants: { erp: { read: 'all', write } } },
    },
    approvers: Object.fromEntries(
      ['anna', 'ben', 'carla', 'dora'].map((name) => [
        name,
        { name: name.toUpperCase(), email: `${name}@example.com` },
      ]),
    ),
    approvals: {
      currency: 'EUR',
      signIn: { kind: 'totp' },
      mailFrom: 'countersign@example.com',
      batch: { upTo: '10000' },
    },
  };
};

export default withApprovals;
