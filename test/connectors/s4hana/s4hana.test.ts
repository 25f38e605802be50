import { expect, test } from 'vitest';
import { s4hana } from '../../../connectors/s4hana/s4hana.ts';
import { configurationFor } from '../../../lib/core/check-configuration.ts';
import { defineConfig } from '../../../lib/core/config.ts';

const organisation = {
  default: { companyCode: '1010', purchasingOrganization: '1010', purchasingGroup: '001' },
  sites: { 1020: { purchasingGroup: '002' } },
};

test('a system has every tool, each with its contract, and loads what it names', async () => {
  const system = s4hana({ origins: 'simulator', organisation });
  expect(system.tools.map(({ contract }) => contract.name)).toEqual([
    'find_items',
    'find_suppliers',
    'get_item',
    'get_supplier',
    'get_stock',
    'find_open_supply',
    'get_purchase_order',
    'get_purchase_history',
    'get_sales_order',
    'get_invoice',
    'get_delivery',
    'find_order_exceptions',
    'create_purchase_order',
    'cancel_purchase_order',
    'update_purchase_order_price',
    'create_purchase_requisition',
    'close_purchase_requisition',
    'create_credit_memo_request',
    'reject_credit_memo_request',
    'create_outbound_delivery',
    'reverse_outbound_delivery',
    'post_goods_issue',
    'reverse_goods_issue',
    'reserve_stock',
    'release_stock',
    'create_vendor',
    'block_vendor',
    'add_approved_supplier',
    'remove_approved_supplier',
  ]);
  for (const { contract, load } of system.tools) expect((await load()).contract).toBe(contract);
  await expect(system.load()).resolves.toMatchObject({ kind: 's4hana', reference: { maxLength: 12 } });
});

test('settings are plain JSON with the defaults filled in', () => {
  const { settings, organisation: table } = s4hana({ origins: 'simulator', organisation, sapClient: '100' });
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
  expect(settings).toMatchObject({
    purchaseOrders: 'v2',
    referenceField: 'CorrespncInternalReference',
    erpOutput: 'hold',
  });
  expect(table.default).toMatchObject({ purchaseOrderType: 'NB', purchasingGroup: '001' });
  expect(table.sites).toEqual({ 1020: { purchasingGroup: '002' } });
});

test('grants are typed by the names of the tools', () => {
  const config = defineConfig(() => ({
    timeZone: 'Europe/Berlin',
    systems: { erp: s4hana({ origins: 'simulator', organisation }) },
    agents: {
      buyer: {
        role: 'role/buyer',
        grants: { erp: { read: ['get_stock'], write: { create_purchase_order: { level: 'auto' } } } },
      },
      wrong: {
        role: 'role/wrong',
        // @ts-expect-error there is no such write
        grants: { erp: { write: { delete_everything: { level: 'auto' } } } },
      },
    },
    operators: {},
  }));
  expect(() => configurationFor(config, 'local')).toThrow('delete_everything');
});

test('what differs by system reaches its connector', async () => {
  const system = s4hana({
    origins: 'simulator',
    organisation,
    maxServerTime: 900_000,
    patience: 5_000,
    limits: { perSecond: 5, concurrent: 2 },
    freeze: [{ daily: '22:00-02:00', reason: 'backup' }],
    referenceField: 'CorrespncExternalReference',
  });
  expect(system).toMatchObject({ patience: 5_000, limits: { perSecond: 5 }, freeze: [{ reason: 'backup' }] });
  await expect(system.load()).resolves.toMatchObject({
    maxServerTime: 900_000,
    reference: { field: 'CorrespncExternalReference', maxLength: 12 },
  });
});

test.each([
  [
    { organisation: { default: { ...organisation.default, companyCode: '10100' } } },
    's4hana.organisation.default.companyCode',
  ],
  [
    { organisation: { ...organisation, sites: { 1020: { purchasingGroup: '' } } } },
    's4hana.organisation.sites.1020.purchasingGroup',
  ],
  [{ origins: { api: 'https://erp.example' } }, 's4hana.origins'],
  [{ sapClient: '1' }, 's4hana.sapClient'],
  [{ maxServerTime: 1 }, 's4hana.maxServerTime'],
  [{ units: { C62: 'piece' } }, 's4hana.units.C62'],
])('%j is refused, and the field is named', (fields, field) => {
  const options = { origins: 'simulator', organisation, ...fields } as Parameters<typeof s4hana>[0];
  expect(() => s4hana(options)).toThrow(`${field}: `);
});
