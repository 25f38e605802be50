import type { ServiceError } from '../../../service.ts';
import { invalid } from '../invalid.ts';
import type { Path } from '../path.ts';
import { isReserved } from './reserved-words.ts';
import type { ExpressionMember } from './syntax.ts';
import { syntaxError, type Token, tokenize } from './tokens.ts';

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

const checkedTokens = (member: ExpressionMember, source: string): readonly Token[] => {
  if (source.trim() === '') throw invalid(`Invalid ${member}: The expression can not be empty;`);
  const size = Buffer.byteLength(source);
  if (size <= LONGEST) return tokenize(member, source);
  throw invalid(`Invalid ${member}: Expression size has exceeded the maximum allowed size; expression size: ${size}`);
};

type Tokens = Pick<Reader, 'peek' | 'position' | 'take' | 'expect' | 'unexpected'> & { next(): void };

const tokenReader = (member: ExpressionMember, source: string): Tokens => {
  const tokens = checkedTokens(member, source);
  let at = 0;
  const peek = (ahead = 0): string | undefined => tokens[at + ahead]?.text;
  const unexpected = (): ServiceError => syntaxError(member, source, tokens, at);
  const next = (): void => {
    at += 1;
  };
  const take = (word: string): boolean => {
    const taken = peek()?.toUpperCase() === word.toUpperCase();
    if (taken) next();
    return taken;
  };
  const expect = (word: string): void => {
    if (!take(word)) throw unexpected();
  };
  return { peek, position: () => at, take, expect, unexpected, next };
};

/** One step of a path by name; a bare name must not be a reserved word. */
const readName = (tokens: Tokens, names: Set<string>, refuse: Reader['refuse']): string => {
  const token = tokens.peek();
  if (token === undefined || !/^[#A-Za-z_]/.test(token)) throw tokens.unexpected();
  if (token.startsWith('#')) names.add(token);
  else if (isReserved(token)) throw refuse(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
  tokens.next();
  return token;
};

const readPosition = (tokens: Tokens): number => {
  const token = tokens.peek();
  if (token === undefined || !/^\d+$/.test(token)) throw tokens.unexpected();
  tokens.next();
  tokens.expect(']');
  return Number(token);
};

/** Opens an expression for reading: not empty, at most 4 KB. */
export const openExpression = (member: ExpressionMember, source: string): Reader => {
  const tokens = tokenReader(member, source);
  const names = new Set<string>();
  const values = new Set<string>();
  const refuse = (reason: string): ServiceError => invalid(`Invalid ${member}: ${reason}`);
  const path = (): Path => {
    const steps: (string | number)[] = [readName(tokens, names, refuse)];
    for (;;) {
      if (tokens.take('.')) steps.push(readName(tokens, names, refuse));
      else if (tokens.take('[')) steps.push(readPosition(tokens));
      else return steps;
    }
  };
  const value = (): string => {
    const token = tokens.peek();
    if (!token?.startsWith(':')) throw tokens.unexpected();
    values.add(token);
    tokens.next();
    return token;
  };
  const list = <T>(element: () => T): T[] => {
    const elements = [element()];
    while (tokens.take(',')) elements.push(element());
    return elements;
  };
  return { ...tokens, path, value, list, refuse, names, values };
};
