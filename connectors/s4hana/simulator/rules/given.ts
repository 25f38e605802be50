import type { Row } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';

/** A field as text; empty when nothing was given. */
export const given = (row: Row | undefined, name: string): string => String(row?.[name] ?? '');

/** A field that must be given. */
export const required = (row: Row, name: string): string => {
  const value = given(row, name);
  if (value === '') throw businessError('ME/083', `Enter ${name}.`, name);
  return value;
};

/** A field that must be given and be one of the customized values. */
export const oneOf = (row: Row, name: string, known: readonly string[]): string => {
  const value = required(row, name);
  if (!known.includes(value)) throw businessError('ME/084', `${name} ${value} does not exist.`, name);
  return value;
};

/** Refuses with a business error where something is wrong. */
export const refuseIf = (wrong: boolean, code: string, message: string, target?: string): void => {
  if (wrong) throw businessError(code, message, target);
};
