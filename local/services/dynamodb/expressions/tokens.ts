import type { ServiceError } from '../../../service.ts';
import { invalid } from '../invalid.ts';
import type { ExpressionMember } from './syntax.ts';

const TOKEN = /\s*(?:([#:]?[A-Za-z_][A-Za-z0-9_]*|[#:]?\d[A-Za-z0-9_]*|<>|<=|>=|[=<>(),.[\]+-])|(\S))/y;

/** One token and its place in the source. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const near = (source: string, tokens: readonly Token[], at: number): string => {
  const from = tokens[Math.max(at - 1, 0)]?.start ?? 0;
  const to = tokens[at + 1]?.end ?? source.length;
  return source.slice(from, to).trimEnd();
};

/** The refusal of the token at an index, or of the end, with what stands around it. */
export const syntaxError = (
  member: ExpressionMember,
  source: string,
  tokens: readonly Token[],
  at: number,
): ServiceError =>
  invalid(
    `Invalid ${member}: Syntax error; token: "${tokens[at]?.text ?? '<EOF>'}", near: "${near(source, tokens, at)}"`,
  );

/** Cuts an expression into names, placeholders, numbers and signs. */
export const tokenize = (member: ExpressionMember, source: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
    const text = match[1] ?? match[2] ?? '';
    tokens.push({ text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex });
    if (match[2]) throw syntaxError(member, source, tokens, tokens.length - 1);
  }
  return tokens;
};
