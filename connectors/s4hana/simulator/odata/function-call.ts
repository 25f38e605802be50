import type { IncomingHttpHeaders } from 'node:http';
import { type Row, recordKey, type Scalar } from '../../../../lib/simulation/state.ts';
import { type EntityType, type Property, storedDigits } from './edm.ts';
import { badRequest, ODataError } from './error.ts';
import { literalOf, tokenize } from './filter-tokens.ts';
import type { Output } from './serialize.ts';

/** A call of a function import. */
export interface FunctionCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly name: string;
  readonly entity: EntityType;
  /** Encoded, without the question mark. */
  readonly query: string;
}

/** The record that a function import is called for, and its other parameters; 400 for one that is unknown, 404 without a record. */
export const calledRow = ({ name, entity, query }: FunctionCall, { service, view }: Output) => {
  const declared = service.functions?.[name]?.parameters ?? {};
  const sent = new Map([...new URLSearchParams(query)].filter(([parameter]) => !/^(\$|sap-)/.test(parameter)));
  const given = (parameter: string, property: Property | undefined): Scalar => {
    const text = sent.get(parameter);
    if (text === undefined || !property)
      throw badRequest(`Parameter '${parameter}' of function import ${name} is missing.`, parameter);
    return storedDigits(property, literal(text, parameter, service.version));
  };
  for (const parameter of sent.keys())
    if (!entity.keys.includes(parameter) && !declared[parameter])
      throw badRequest(`Function import ${name} has no parameter '${parameter}'.`, parameter);
  const row = view.row(entity.table, recordKey(...entity.keys.map((key) => given(key, entity.properties[key]))));
  if (!row) throw new ODataError(404, '/IWBEP/CM_MGW_RT/020', `Resource not found for segment '${entity.type}'.`);
  const parameters: Row = Object.fromEntries(
    Object.entries(declared).map(([parameter, property]) => [parameter, given(parameter, property)]),
  );
  return { row, parameters };
};

/** A parameter's value: text in quotes, or a day as `datetime'2026-01-31T00:00:00'`. */
const literal = (text: string, parameter: string, version: 2 | 4): string => {
  const [token, ...more] = tokenize(text);
  const read = token && more.length === 0 ? literalOf(token, version) : undefined;
  if (read?.kind === 'string' || read?.kind === 'date') return read.value;
  throw badRequest(`Parameter '${parameter}' has an invalid value.`, parameter);
};
