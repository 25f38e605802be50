import type { Change } from '../../../../lib/simulation/state.ts';

const row = (table: string, key: string, value: Change['row']): Change => ({ table, key, row: value });

/** Temporary minimum. */
export const seed = (_inputs: { now: number; seed: number }): readonly Change[] => [
  row('number_range', 'purchase_order', { next: '4500000301' }),
  row('supplier', '17300001', { Supplier: '17300001', SupplierName: 'Norland Bearings' }),
  row('supplier_purchasing_org', '17300001\u001f1010', {
    Supplier: '17300001',
    PurchasingOrganization: '1010',
    PurchaseOrderCurrency: 'EUR',
    PaymentTerms: 'NT30',
  }),
  row('product', 'RM-6204', { Product: 'RM-6204', BaseUnit: 'PC', ProductGroup: 'L001', ProductType: 'HAWA' }),
  row('product_description', 'RM-6204\u001fEN', {
    Product: 'RM-6204',
    Language: 'EN',
    ProductDescription: 'Deep groove ball bearing 6204',
  }),
  row('product_plant', 'RM-6204\u001f1010', { Product: 'RM-6204', Plant: '1010', PurchasingGroup: '001' }),
];
