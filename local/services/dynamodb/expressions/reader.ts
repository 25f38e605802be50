import type { ServiceError } from '../../../service.ts';
import { invalid } from '../invalid.ts';
import type { Path } from '../path.ts';
import { isReserved } from './reserved-words.ts';
import type { ExpressionMember } from './syntax.ts';

/** Reads an expression token by token and notes the placeholders it meets. */
export interface Reader {
  /** The coming token, or nothing at the end. */
  peek(ahead?: number): string | undefined;
  /** How many tokens have been read. */
  position(): number;
  /** Steps over the coming token if it is this word (in any case) or sign. */
  take(word: string): boolean;
  /** Steps over this word or sign, which must come now. */
  expect(word: string): void;
  /** Steps over a document path. */
  path(): Path;
  /** Steps over a `:` placeholder. */
  value(): string;
  /** One or more of something, with commas between. */
  list<T>(element: () => T): T[];
  /** The refusal of the coming token. */
  unexpected(): ServiceError;
  /** A refusal that names the expression. */
  refuse(reason: string): ServiceError;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

const LONGEST = 4096;
const TOKEN = /\s*(?:([#:]?[A-Za-z_][A-Za-z0-9_]*|[#:]?\d[A-Za-z0-9_]*|<>|<=|>=|[=<>(),.[\]+-])|(\S))/y;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const near = (source: string, tokens: readonly Token[], at: number): string => {
  const from = tokens[Math.max(at - 1, 0)]?.start ?? 0;
  const to = tokens[at + 1]?.end ?? source.length;
  return source.slice(from, to).trimEnd();
};

const syntaxError = (member: ExpressionMember, source: string, tokens: readonly Token[], at: number): ServiceError =>
  invalid(
    `Invalid ${member}: Syntax error; token: "${tokens[at]?.text ?? '<EOF>'}", near: "${near(source, tokens, at)}"`,
  );

const tokenize = (member: ExpressionMember, source: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
    const text = match[1] ?? match[2] ?? '';
    tokens.push({ text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex });
    if (match[2]) throw syntaxError(member, source, tokens, tokens.length - 1);
  }
  return tokens;
};

/** Opens an expression for reading: not empty, at most 4 KB. */
export const openExpression = (member: ExpressionMember, source: string): Reader => {
  if (source.trim() === '') throw invalid(`Invalid ${member}: The expression can not be empty;`);
  const size = Buffer.byteLength(source);
  if (size > LONGEST) {
    throw invalid(`Invalid ${member}: Expression size has exceeded the maximum allowed size; expression size: ${size}`);
  }
  const tokens = tokenize(member, source);
  const names = new Set<string>();
  const values = new Set<string>();
  let at = 0;

  const peek = (ahead = 0): string | undefined => tokens[at + ahead]?.text;
  const unexpected = (): ServiceError => syntaxError(member, source, tokens, at);
  const refuse = (reason: string): ServiceError => invalid(`Invalid ${member}: ${reason}`);
  const take = (word: string): boolean => {
    if (peek()?.toUpperCase() !== word.toUpperCase()) return false;
    at += 1;
    return true;
  };
  const expect = (word: string): void => {
    if (!take(word)) throw unexpected();
  };
  const name = (): string => {
    const token = peek();
    if (token === undefined || !/^[#A-Za-z_]/.test(token)) throw unexpected();
    if (token.startsWith('#')) names.add(token);
    else if (isReserved(token)) throw refuse(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    at += 1;
    return token;
  };
  const position = (): number => {
    const token = peek();
    if (token === undefined || !/^\d+$/.test(token)) throw unexpected();
    at += 1;
    expect(']');
    return Number(token);
  };
  const path = (): Path => {
    const steps: (string | number)[] = [name()];
    for (;;) {
      if (take('.')) steps.push(name());
      else if (take('[')) steps.push(position());
      else return steps;
    }
  };
  const value = (): string => {
    const token = peek();
    if (!token?.startsWith(':')) throw unexpected();
    values.add(token);
    at += 1;
    return token;
  };
  const list = <T>(element: () => T): T[] => {
    const elements = [element()];
    while (take(',')) elements.push(element());
    return elements;
  };

  return { peek, position: () => at, take, expect, path, value, list, unexpected, refuse, names, values };
};
