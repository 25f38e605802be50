import { type AttributeValue, type Item, setOf } from './attribute-value.ts';
import { digitsOf } from './number.ts';

/** The largest item, in bytes by DynamoDB's own reckoning. */
export const LARGEST_ITEM = 400 * 1024;

const COLLECTION_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const numberSize = (text: string): number => {
  const { sign, digits } = digitsOf(text);
  return Math.ceil(digits.length / 2) + 1 + (sign < 0 ? 1 : 0);
};

const binarySize = (base64: string): number => Buffer.byteLength(base64, 'base64');

const setSize = (value: AttributeValue): number => {
  const set = setOf(value);
  const element = { SS: Buffer.byteLength, NS: numberSize, BS: binarySize }[set?.type ?? 'SS'];
  return sum((set?.elements ?? []).map((text) => element(text)));
};

const valueSize = (value: AttributeValue): number => {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return binarySize(value.B);
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('L' in value) return COLLECTION_OVERHEAD + sum(value.L.map((element) => valueSize(element) + ELEMENT_OVERHEAD));
  if ('M' in value) return COLLECTION_OVERHEAD + itemSize(value.M) + Object.keys(value.M).length * ELEMENT_OVERHEAD;
  return setSize(value);
};

/** An item's size in bytes as DynamoDB counts it: UTF-8 names and strings, two digits of a number to a byte, 3 for a collection. */
export const itemSize = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)));
