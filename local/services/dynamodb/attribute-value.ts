import { ServiceError } from '../../service.ts';
import { invalid } from './invalid.ts';
import { canonicalNumber } from './number.ts';

/** A value as DynamoDB's wire format spells it: one member, named for the type; binary is base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or the content of a map. */
export type Item = { readonly [name: string]: AttributeValue };

/** The set types' names, in the order of their element types S, N, B. */
export type SetType = 'SS' | 'NS' | 'BS';

const DEEPEST = 32;

const malformed = (expected: string, content: unknown): ServiceError =>
  new ServiceError(
    'SerializationException',
    `${content === null ? 'NULL' : typeof content} can not be converted to ${expected}`,
  );

const text = (content: unknown): string => {
  if (typeof content !== 'string') throw malformed('String', content);
  return content;
};

const number = (content: unknown): string => canonicalNumber(text(content));

const binary = (content: unknown): string => {
  const bytes = Buffer.from(text(content), 'base64');
  return bytes.toString('base64');
};

const list = (content: unknown): readonly unknown[] => {
  if (!Array.isArray(content)) throw malformed('Collection', content);
  return content;
};

const set = (content: unknown, kind: string, element: (content: unknown) => string): string[] => {
  const elements = list(content).map(element);
  if (elements.length === 0)
    throw invalid(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  if (new Set(elements).size < elements.length) {
    throw invalid(
      `One or more parameter values were invalid: Input collection [${elements.join(', ')}] contains duplicates.`,
    );
  }
  return elements;
};

const boolean = (content: unknown): boolean => {
  if (typeof content !== 'boolean') throw malformed('Boolean', content);
  return content;
};

const nothing = (content: unknown): true => {
  if (content === true) return true;
  throw invalid('One or more parameter values were invalid: Null attribute value types must have the value of true');
};

const readers: Readonly<Record<string, (content: unknown, depth: number) => AttributeValue>> = {
  S: (content) => ({ S: text(content) }),
  N: (content) => ({ N: number(content) }),
  B: (content) => ({ B: binary(content) }),
  BOOL: (content) => ({ BOOL: boolean(content) }),
  NULL: (content) => ({ NULL: nothing(content) }),
  SS: (content) => ({ SS: set(content, 'string', text) }),
  NS: (content) => ({ NS: set(content, 'number', number) }),
  BS: (content) => ({ BS: set(content, 'binary', binary) }),
  L: (content, depth) => ({ L: list(content).map((element) => readValue(element, depth + 1)) }),
  M: (content, depth) => ({ M: readItem(content, depth + 1) }),
};

/** Reads one value from a request: exactly one known type, canonical numbers, no empty or doubled sets, at most 32 levels. */
export const readValue = (input: unknown, depth = 0): AttributeValue => {
  if (depth > DEEPEST) throw invalid('Nesting Levels have exceeded supported limits');
  if (typeof input !== 'object' || input === null) throw malformed('AttributeValue', input);
  const [member, ...others] = Object.entries(input);
  const read = member && Object.hasOwn(readers, member[0]) ? readers[member[0]] : undefined;
  if (!member || !read) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (others.length > 0) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return read(member[1], depth);
};

/** Reads an item or a map from a request, with the rules of `readValue`. */
export const readItem = (input: unknown, depth = 0): Item => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw malformed('Map', input);
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, readValue(value, depth)]));
};

/** The value's type as DynamoDB abbreviates it, e.g. `S` or `NS`. */
export const typeOf = (value: AttributeValue): string => Object.keys(value)[0] ?? '';

/** A set's type and elements, or nothing for a value that is no set. */
export const setOf = (value: AttributeValue): { type: SetType; elements: readonly string[] } | undefined => {
  if ('SS' in value) return { type: 'SS', elements: value.SS };
  if ('NS' in value) return { type: 'NS', elements: value.NS };
  if ('BS' in value) return { type: 'BS', elements: value.BS };
  return undefined;
};

/** A set value from its type and elements; nothing when no element is left, for DynamoDB keeps no empty set. */
export const setFrom = (type: SetType, elements: readonly string[]): AttributeValue | undefined => {
  if (elements.length === 0) return undefined;
  if (type === 'SS') return { SS: elements };
  return type === 'NS' ? { NS: elements } : { BS: elements };
};
