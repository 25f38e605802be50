import { budget } from './connectors/budget/budget.ts';
import { s4hana } from './connectors/s4hana/s4hana.ts';
import { supplierPortal } from './connectors/supplier_portal/supplier-portal.ts';
import { defineConfig } from './lib/core/config.ts';
import { onboardVendor } from './statemachines/onboard-vendor.ts';
import { procureMaterial } from './statemachines/procure-material.ts';
import { refundOrder } from './statemachines/refund-order.ts';
import { shipOrder } from './statemachines/ship-order.ts';

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
        default: {
          companyCode: '1010',
          purchasingOrganization: '1010',
          purchasingGroup: '001',
          // Where what is owed to new vendors is kept.
          reconciliationAccount: '21100000',
        },
      },
      // What new vendors may get.
      paymentTerms: ['NT30', 'NT60'],
    }),
    // What may be spent, as long as no system of the company says so: Countersign keeps these books itself.
    budget: budget({
      timeZone: 'Europe/Berlin',
      budgets: [2026, 2027].map((fiscalYear) => ({
        ...{ kind: 'cost_center', id: '4711', fiscalYear, amount: '25000.00', currency: 'EUR' },
      })),
    }),
    portal: supplierPortal({ origins: stage === 'local' ? 'simulator' : { api: 'https://partners.example.com' } }),
  },
  sagas: [procureMaterial, onboardVendor, refundOrder, shipOrder],
  agents: {
    'buyer-agent': {
      role: 'role/buyer-agent',
      grants: {
        erp: {
          read: 'all',
          write: {
            create_purchase_order: {
              level: 'approve',
              limit: { amount: '50000', currency: 'EUR' },
              approval: [{ above: '25000', need: 1, of: ['anna', 'ben'], within: 72 }],
            },
            cancel_purchase_order: { level: 'auto' },
            update_purchase_order_price: { level: 'auto' },
            create_purchase_requisition: { level: 'auto' },
            close_purchase_requisition: { level: 'auto' },
          },
        },
      },
      // The steps of a saga need no grants of their own.
      sagas: {
        procure_material: {
          level: 'auto',
          steps: { Create_order: { approval: [{ above: '10000', need: 1, of: ['anna', 'ben'], within: 72 }] } },
        },
        onboard_vendor: { level: 'auto' },
      },
    },
    'service-agent': {
      role: 'role/service-agent',
      grants: { erp: { read: 'all' } },
      sagas: {
        refund_order: {
          level: 'auto',
          steps: { Request_credit: { approval: [{ above: '0', need: 1, of: ['anna', 'ben'], within: 72 }] } },
        },
        ship_order: { level: 'auto' },
      },
    },
    'reader-agent': { role: 'role/reader-agent', grants: { erp: { read: 'all' } } },
  },
  approvers: {
    anna: { name: 'Anna', email: 'anna@example.com' },
    ben: { name: 'Ben', email: 'ben@example.com' },
  },
  approvals: {
    currency: 'EUR',
    signIn: { kind: 'totp' },
    mailFrom: 'countersign@example.com',
    // Several orders by one press, up to this sum.
    batch: { upTo: '50000' },
  },
  // What rests on the word of an operator takes a second one.
  operators: {
    operator: { role: 'role/countersign-operator' },
    second: { role: 'role/countersign-second-operator' },
  },
}));
