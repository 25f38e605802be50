import type { Row, Scalar } from '../../../../lib/simulation/state.ts';

/** How values look on the wire; stored, decimals and dates are strings in plain notation. */
export type Edm = 'String' | 'Decimal' | 'Boolean' | 'Date' | 'Timestamp' | 'Time' | 'Int32';

/** One property of an entity type. */
export interface Property {
  readonly edm: Edm;
  readonly maxLength?: number;
  readonly precision?: number;
  readonly scale?: number;
  /** Digits only, stored with leading zeros (ABAP type NUMC). */
  readonly digits?: boolean;
  /** Property that holds the currency (its digits bound the amount) or the unit of measure. */
  readonly currency?: string;
  readonly unit?: string;
  /** Clients may neither create nor change it. */
  readonly computed?: boolean;
  /** Works the value out from the record, where it is not stored. */
  readonly derived?: (row: Row) => Scalar;
  /** Clients may give it when they create, not change it. */
  readonly fixed?: boolean;
  /** Stored field, where it has another name than the property. */
  readonly column?: string;
}

/** A way from one entity to others: pairs of own property and the target's. */
export interface Navigation {
  readonly target: string;
  readonly many: boolean;
  readonly on: Readonly<Record<string, string>>;
  /** To one: a deep insert may bring it along. Lists always may. */
  readonly inserted?: true;
}

/** One entity set with its type. */
export interface EntityType {
  readonly set: string;
  readonly type: string;
  /** Where its records are stored; the V2 and V4 services share them. */
  readonly table: string;
  readonly keys: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
  readonly navigations: Readonly<Record<string, Navigation>>;
  /** Stored field that makes the ETag, where the real service has one; `root` is the table of the document it is kept on. */
  readonly etag?: { readonly column: string; readonly root?: string };
}

/** A function import of V2 that changes one record. */
export interface FunctionImport {
  /** Entity set of the record, which the parameters of its keys name. */
  readonly on: string;
  /** Further parameters. */
  readonly parameters: Readonly<Record<string, Property>>;
}

/** An OData service as it is mounted. */
export interface Service {
  readonly id: string;
  readonly root: string;
  readonly namespace: string;
  readonly version: 2 | 4;
  /** Component that SAP's error bodies name. */
  readonly component: string;
  readonly entities: Readonly<Record<string, EntityType>>;
  readonly functions?: Readonly<Record<string, FunctionImport>>;
}

/** A string of at most `maxLength` characters. */
export const text = (maxLength?: number): Property => ({
  edm: 'String',
  ...(maxLength !== undefined && { maxLength }),
});
/** A numeric string that is stored with leading zeros. */
export const digits = (maxLength: number): Property => ({ edm: 'String', maxLength, digits: true });
/** A decimal without unit or currency. */
export const decimal = (precision: number, scale: number): Property => ({ edm: 'Decimal', precision, scale });
/** An amount in the currency that property `currency` names. */
export const amount = (precision: number, scale: number, currency: string): Property => ({
  edm: 'Decimal',
  precision,
  scale,
  currency,
});
/** An amount of which only the number of all digits is bounded (V4 scale `variable`). */
export const variableAmount = (precision: number, currency: string): Property => ({
  edm: 'Decimal',
  precision,
  currency,
});
/** A quantity in the unit that property `unit` names. */
export const quantity = (precision: number, scale: number, unit: string): Property => ({
  edm: 'Decimal',
  precision,
  scale,
  unit,
});
/** True or false. */
export const flag: Property = { edm: 'Boolean' };
/** A calendar day. */
export const date: Property = { edm: 'Date' };
/** An instant. */
export const timestamp: Property = { edm: 'Timestamp' };
/** A time of day. */
export const time: Property = { edm: 'Time' };

/** The same property, for reading only. */
export const computed = (property: Property): Property => ({ ...property, computed: true });
/** The same property, settable on create only. */
export const fixed = (property: Property): Property => ({ ...property, fixed: true });
/** The same property, stored under another name. */
export const stored = (column: string, property: Property): Property => ({ ...property, column });

/** What a client sees where nothing was stored. */
const emptyValue = ({ edm }: Property): Scalar => {
  if (edm === 'Boolean') return false;
  if (edm === 'String') return '';
  if (edm === 'Decimal') return '0';
  return edm === 'Int32' ? 0 : null;
};

/** The stored field of a property. */
export const columnOf = (entity: EntityType, name: string): string => entity.properties[name]?.column ?? name;

/** The value of a property of a stored record, or its type's empty value. */
export const fieldOf = (entity: EntityType, row: Row, name: string): Scalar => {
  const property = entity.properties[name];
  if (!property) return null;
  return property.derived?.(row) ?? row[property.column ?? name] ?? emptyValue(property);
};

/** A numeric string as one protocol version shows it: V2 without leading zeros, V4 in full. */
export const shownDigits = (property: Property, value: string, version: 2 | 4): string =>
  version === 2 ? value.replace(/^0+(?=\d)/, '') || '0' : value.padStart(property.maxLength ?? 0, '0');

/** A numeric string as it is stored, with its leading zeros. */
export const storedDigits = (property: Property, value: string): string =>
  property.digits && /^\d+$/.test(value) ? value.padStart(property.maxLength ?? 0, '0') : value;
