import { s4hana } from './connectors/s4hana/s4hana.ts';
import { defineConfig } from './lib/core/config.ts';

/** What this deployment connects, and who may do what. `npm start` runs stage `local`, against a simulated system. */
export default defineConfig((stage) => ({
  timeZone: 'Europe/Berlin',
  systems: {
    erp: s4hana({
      origins:
        stage === 'local'
          ? 'simulator'
          : { api: 'https://s4hana.example.com', token: 'https://auth.example.com/oauth2/token' },
      organisation: {
        default: { companyCode: '1010', purchasingOrganization: '1010', purchasingGroup: '001' },
      },
    }),
  },
  agents: {
    'buyer-agent': {
      role: 'role/buyer-agent',
      grants: {
        erp: {
          read: 'all',
          write: {
            create_purchase_order: { level: 'auto', limit: { amount: '50000', currency: 'EUR' } },
            cancel_purchase_order: { level: 'auto' },
            update_purchase_order_price: { level: 'auto' },
            create_purchase_requisition: { level: 'auto' },
            close_purchase_requisition: { level: 'auto' },
          },
        },
      },
    },
    'reader-agent': { role: 'role/reader-agent', grants: { erp: { read: 'all' } } },
  },
  operators: { operator: { role: 'role/countersign-operator' } },
}));
