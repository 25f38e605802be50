import { badRequest } from './error.ts';

/** A piece of a filter expression; `prefix` is V2's type name before a quoted literal. */
export interface Token {
  readonly kind: 'mark' | 'quoted' | 'plain' | 'name';
  readonly text: string;
  readonly prefix?: string;
}

/** A constant with the type that its notation gives it. */
export type Literal =
  | {
      readonly kind: 'string' | 'date' | 'timestamp' | 'time' | 'number';
      readonly value: string;
      readonly text: string;
    }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly text: string }
  | { readonly kind: 'null'; readonly text: string };

const pattern =
  /\s*(?:([(),])|(datetimeoffset|datetime|time|guid)?'((?:[^']|'')*)'|(-?\d[\w.:+-]*)|([A-Za-z_][\w/]*))/y;

/** Cuts a filter into tokens; 400 at the first character that belongs to none. */
export const tokenize = (filter: string): Token[] => {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  const end = filter.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(filter);
    if (!match) throw badRequest(`Invalid filter at position ${at}.`);
    const [, mark, prefix, quoted, plain, name] = match;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (quoted !== undefined)
      tokens.push({ kind: 'quoted', text: quoted.replaceAll("''", "'"), ...(prefix !== undefined && { prefix }) });
    else if (plain !== undefined) tokens.push({ kind: 'plain', text: plain });
    else tokens.push({ kind: 'name', text: name ?? '' });
  }
  return tokens;
};

const quotedLiteral = (token: Token, version: 2 | 4): Literal => {
  const { text, prefix } = token;
  if (prefix === undefined) return { kind: 'string', value: text, text: `'${text}'` };
  if (version === 4) throw badRequest(`Invalid filter: ${prefix}'...' is a literal of OData V2.`);
  const shown = `${prefix}'${text}'`;
  if (prefix === 'datetime' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text))
    return { kind: 'date', value: text.slice(0, 10), text: shown };
  if (prefix === 'datetimeoffset' && !Number.isNaN(Date.parse(text)))
    return { kind: 'timestamp', value: new Date(text).toISOString(), text: shown };
  throw badRequest(`Invalid filter: ${shown} is not a literal of its type.`);
};

const plainLiteral = (text: string, version: 2 | 4): Literal => {
  const number = (version === 2 ? /^(-?\d+(?:\.\d+)?)[MmDdFfLl]?$/ : /^(-?\d+(?:\.\d+)?)$/).exec(text)?.[1];
  if (number !== undefined) return { kind: 'number', value: number, text };
  if (version === 4 && /^\d{4}-\d\d-\d\d$/.test(text)) return { kind: 'date', value: text, text };
  if (version === 4 && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text))) {
    return { kind: 'timestamp', value: new Date(text).toISOString(), text };
  }
  throw badRequest(`Invalid filter: '${text}' is not a literal.`);
};

/** Reads a token as a constant. */
export const literalOf = (token: Token, version: 2 | 4): Literal => {
  if (token.kind === 'quoted') return quotedLiteral(token, version);
  if (token.kind === 'plain') return plainLiteral(token.text, version);
  if (token.text === 'null') return { kind: 'null', text: 'null' };
  if (token.text === 'true' || token.text === 'false')
    return { kind: 'boolean', value: token.text === 'true', text: token.text };
  throw badRequest(`Invalid filter: a value was expected instead of '${token.text}'.`);
};
