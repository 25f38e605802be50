import { digits, type EntityType, quantity, type Service, text } from '../odata/edm.ts';

const material: EntityType = {
  set: 'A_MaterialStock',
  type: 'A_MaterialStockType',
  table: 'material_stock',
  keys: ['Material'],
  properties: { Material: text(40), MaterialBaseUnit: text(3) },
  navigations: { to_MatlStkInAcctMod: { target: 'A_MatlStkInAcctMod', many: true, on: { Material: 'Material' } } },
};

const stock: EntityType = {
  set: 'A_MatlStkInAcctMod',
  type: 'A_MatlStkInAcctModType',
  table: 'stock',
  keys: [
    'Material',
    'Plant',
    'StorageLocation',
    'Batch',
    'Supplier',
    'Customer',
    'WBSElementInternalID',
    'SDDocument',
    'SDDocumentItem',
    'InventorySpecialStockType',
    'InventoryStockType',
  ],
  properties: {
    Material: text(40),
    Plant: text(4),
    StorageLocation: text(4),
    Batch: text(10),
    Supplier: text(10),
    Customer: text(10),
    WBSElementInternalID: text(8),
    SDDocument: text(10),
    SDDocumentItem: digits(6),
    InventorySpecialStockType: text(1),
    InventoryStockType: text(2),
    WBSElementExternalID: text(24),
    MaterialBaseUnit: text(3),
    MatlWrhsStkQtyInMatlBaseUnit: quantity(31, 14, 'MaterialBaseUnit'),
  },
  navigations: { to_MaterialStock: { target: 'A_MaterialStock', many: false, on: { Material: 'Material' } } },
};

/** API_MATERIAL_STOCK_SRV: stock by plant, storage location, batch and type; reading only. */
export const stockService: Service = {
  id: 'API_MATERIAL_STOCK_SRV',
  root: '/sap/opu/odata/sap/API_MATERIAL_STOCK_SRV',
  namespace: 'API_MATERIAL_STOCK_SRV',
  version: 2,
  component: 'MM-IM-GF',
  entities: { A_MaterialStock: material, A_MatlStkInAcctMod: stock },
};
