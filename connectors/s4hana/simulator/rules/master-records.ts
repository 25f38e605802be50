import Big from 'big.js';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { plants } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import type { View } from '../odata/view.ts';
import { given } from './given.ts';

/** A material in one plant, as purchasing sees it. */
export interface Purchasable {
  readonly product: Row;
  readonly plant: Row;
}

/** The supplier with its data for one purchasing organisation; refuses one that is unknown, blocked or not extended. */
export const orderableSupplier = (view: View, supplier: string, organization: string): Row => {
  const general = view.row('supplier', supplier);
  if (!general) throw businessError('F2/163', `Supplier ${supplier} does not exist.`, 'Supplier');
  if (general['DeletionIndicator'] === true)
    throw businessError('06/023', `Supplier ${supplier} is marked for deletion.`, 'Supplier');
  if (general['PurchasingIsBlocked'] === true)
    throw businessError('06/024', `Supplier ${supplier} is blocked for purchasing.`, 'Supplier');
  const local = view.row('supplier_purchasing_org', recordKey(supplier, organization));
  if (!local)
    throw businessError(
      '06/321',
      `Supplier ${supplier} has not been created for purchasing organization ${organization}.`,
      'Supplier',
    );
  if (local['PurchasingIsBlockedForSupplier'] === true) {
    throw businessError(
      '06/025',
      `Supplier ${supplier} is blocked by purchasing organization ${organization}.`,
      'Supplier',
    );
  }
  return local;
};

/** The material in a plant; refuses one that is unknown, flagged for deletion or not set up for purchasing there. */
export const purchasable = (view: View, material: string, plant: string): Purchasable => {
  const product = view.row('product', material);
  if (!product)
    throw businessError('M3/305', `The material ${material} does not exist or is not activated.`, 'Material');
  const local = view.row('product_plant', recordKey(material, plant));
  if (!local) throw businessError('M3/351', `Material ${material} is not maintained in plant ${plant}.`, 'Material');
  if (product['IsMarkedForDeletion'] === true || local['IsMarkedForDeletion'] === true) {
    throw businessError('ME/055', `Material ${material} is marked for deletion.`, 'Material');
  }
  if (given(product, 'CrossPlantStatus') === '01' || given(local, 'ProfileCode') === '01') {
    throw businessError('ME/066', `Material ${material} is blocked for procurement.`, 'Material');
  }
  if (given(local, 'PurchasingGroup') === '') {
    throw businessError(
      '06/216',
      `Material ${material} is not maintained by purchasing in plant ${plant}.`,
      'Material',
    );
  }
  return { product, plant: local };
};

/** The plant, which has to belong to the company code. */
export const plantOf = (plant: string, companyCode: string): void => {
  const known = plants.find((each) => each.plant === plant);
  if (!known) throw businessError('ME/068', `Plant ${plant} does not exist.`, 'Plant');
  if (known.companyCode !== companyCode)
    throw businessError('ME/069', `Plant ${plant} does not belong to company code ${companyCode}.`, 'Plant');
};

/** How many base units one `unit` of the product is; undefined when the product is not kept in that unit. */
export const unitFactor = (
  view: View,
  product: Row,
  unit: string,
): { numerator: Big; denominator: Big } | undefined => {
  if (unit === given(product, 'BaseUnit')) return { numerator: new Big(1), denominator: new Big(1) };
  const row = view.row('product_unit', recordKey(given(product, 'Product'), unit));
  if (!row) return undefined;
  return {
    numerator: new Big(given(row, 'QuantityNumerator')),
    denominator: new Big(given(row, 'QuantityDenominator')),
  };
};

/** Price and terms of a supplier for a material: those of the plant, else those of the whole purchasing organisation. */
export const infoRecordOf = (
  view: View,
  key: { supplier: string; material: string; organization: string; plant: string },
): Row | undefined => {
  const rows = view
    .rows('info_record_org')
    .filter(
      (row) =>
        row['Supplier'] === key.supplier &&
        row['Material'] === key.material &&
        row['PurchasingOrganization'] === key.organization &&
        row['IsMarkedForDeletion'] !== true,
    );
  return rows.find((row) => row['Plant'] === key.plant) ?? rows.find((row) => given(row, 'Plant') === '');
};
