/** An answer's JSON, before anybody has looked at it. */
export type Json = { readonly [name: string]: unknown };

/** The members of a JSON text; none where it is no object. */
export function asJson(given: string): Json {
  const value: unknown = JSON.parse(given);
  return isJson(value) ? value : {};
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects in a list, by its name. */
export const rows = (body: Json, name: string): readonly Json[] => {
  const value = body[name];
  return Array.isArray(value) ? value.filter(isJson) : [];
};

/** A text or number, or the one of that name in an object; empty where there is none. */
export const text = (value: unknown, name?: string): string => {
  const found = name === undefined ? value : isJson(value) ? value[name] : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
};

/** A quantity as people read it. */
export const amount = (value: unknown): string => `${text(value, 'value')} ${text(value, 'unit')}`;
