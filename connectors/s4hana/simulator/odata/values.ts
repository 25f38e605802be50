import Big from 'big.js';
import type { Row, Scalar } from '../../../../lib/simulation/state.ts';
import { type EntityType, fieldOf, type Property, shownDigits, storedDigits } from './edm.ts';
import { badRequest } from './error.ts';
import { digitsOfCurrency, digitsOfUnit } from './money.ts';

/** How one protocol version writes and reads values in JSON. */
export interface Dialect {
  readonly version: 2 | 4;
  /** V4 only: decimals travel as strings. */
  readonly ieee754Compatible: boolean;
}

const v2Date = (iso: string) => `/Date(${Date.parse(`${iso}T00:00:00Z`)})/`;

const decimalText = (property: Property, value: string, entity: EntityType, row: Row): string => {
  const number = new Big(value);
  if (property.currency) return number.toFixed(digitsOfCurrency(String(fieldOf(entity, row, property.currency))), 1);
  const inUnit = property.unit ? digitsOfUnit(String(fieldOf(entity, row, property.unit))) : 0;
  const wanted = Math.min(inUnit, property.scale ?? inUnit);
  const plain = number.toFixed();
  const used = plain.split('.')[1]?.length ?? 0;
  return used > wanted ? plain : number.toFixed(wanted);
};

/** A property's value as JSON. */
export const toJson = (entity: EntityType, row: Row, name: string, dialect: Dialect): Scalar => {
  const value = fieldOf(entity, row, name);
  const property = entity.properties[name];
  if (value === null || !property) return null;
  if (property.edm === 'Decimal') {
    const text = decimalText(property, String(value), entity, row);
    return dialect.version === 2 || dialect.ieee754Compatible ? text : Number(text);
  }
  if (property.digits) return shownDigits(property, String(value), dialect.version);
  if (dialect.version === 4) return value;
  if (property.edm === 'Date') return v2Date(String(value));
  if (property.edm === 'Timestamp') return `/Date(${Date.parse(String(value))}+0000)/`;
  if (property.edm === 'Time') return `PT${String(value).replace(/^(\d\d):(\d\d):(\d\d).*$/, '$1H$2M$3S')}`;
  return value;
};

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

const day = (value: unknown, { version }: Dialect): string | undefined => {
  if (typeof value !== 'string') return undefined;
  if (version === 4) return /^\d{4}-\d\d-\d\d$/.test(value) && isDay(value) ? value : undefined;
  const ticks = /^\/Date\((-?\d{1,14})\)\/$/.exec(value)?.[1];
  if (ticks !== undefined) return new Date(Number(ticks)).toISOString().slice(0, 10);
  const iso = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?$/.exec(value)?.[1];
  return iso !== undefined && isDay(iso) ? iso : undefined;
};

const instant = (value: unknown, { version }: Dialect): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const ticks = /^\/Date\((-?\d{1,14})([+-]\d{4})?\)\/$/.exec(value)?.[1];
  if (version === 2 && ticks !== undefined) return new Date(Number(ticks)).toISOString();
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

const decimalFromJson = (value: unknown, dialect: Dialect): string | undefined => {
  const asText = dialect.version === 2 || dialect.ieee754Compatible;
  if (typeof value !== (asText ? 'string' : 'number')) return undefined;
  const text = asText ? String(value) : new Big(Number(value)).toFixed();
  return /^-?\d{1,20}(\.\d{1,14})?$/.test(text) ? text : undefined;
};

const string = (name: string, property: Property, value: string): string => {
  if (property.maxLength !== undefined && value.length > property.maxLength) {
    throw badRequest(
      `Property '${name}' has value with length ${value.length}, more than its maximum length of ${property.maxLength}.`,
      name,
    );
  }
  if (!property.digits || value === '') return value;
  if (!/^\d+$/.test(value)) throw badRequest(`Property '${name}' takes digits only.`, name);
  return storedDigits(property, value);
};

const typed: Readonly<Record<Property['edm'], (value: unknown, dialect: Dialect) => Scalar | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Int32: (value) => (Number.isInteger(value) ? Number(value) : undefined),
  Decimal: decimalFromJson,
  Date: day,
  Timestamp: instant,
  Time: (value) => (typeof value === 'string' ? value : undefined),
};

/** A property's stored value from JSON; 400 names the property that has the wrong type, length or scale. */
export const fromJson = (name: string, property: Property, value: unknown, dialect: Dialect): Scalar => {
  if (value === null) return null;
  const parsed = typed[property.edm](value, dialect);
  if (parsed === undefined)
    throw badRequest(`Property '${name}' has an invalid value for type Edm.${property.edm}.`, name);
  if (property.edm === 'String') return string(name, property, String(parsed));
  if (property.edm === 'Decimal') checkDecimal(name, property, String(parsed));
  return parsed;
};

const checkDecimal = (name: string, { precision = 31, scale }: Property, value: string) => {
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  const digits = whole.replace(/^0+/, '').length;
  const fits =
    scale === undefined
      ? digits + fraction.length <= precision
      : fraction.length <= scale && digits <= precision - scale;
  if (!fits)
    throw badRequest(
      `Property '${name}' has a value that does not fit into Edm.Decimal with precision ${precision} and scale ${scale ?? 'variable'}.`,
      name,
    );
};
