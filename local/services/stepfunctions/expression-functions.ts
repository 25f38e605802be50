import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';

/** What expressions take from outside themselves. */
export interface ExpressionSources {
  /** Epoch milliseconds. */
  now(): number;
  /** At least 0 and less than 1. */
  random(): number;
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** As long as the arrays of States.ArrayRange, which $range stands in for. */
const longestRange = 1000;

const formatMillis = jsonata('$fromMillis($time, $picture, $timezone)');

/** As in JSONata's own functions, nothing in is nothing out. */
const partition = (items: readonly unknown[] | undefined, size: number | undefined) => {
  if (items === undefined || size === undefined) return undefined;
  const length = Math.floor(size);
  if (length < 1) throw new RangeError('The chunk size of $partition must be 1 or more.');
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  );
};

const range = (first: number | undefined, last: number | undefined, delta: number | undefined) => {
  if (first === undefined || last === undefined || delta === undefined) return undefined;
  const [start, end, step] = [Math.floor(first), Math.floor(last), Math.floor(delta)];
  if (step === 0) throw new RangeError('The delta of $range must not be 0.');
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (length > longestRange) throw new RangeError(`$range makes at most ${longestRange} values.`);
  // One value alone stands for itself, as AWS records it.
  return length === 1 ? start : Array.from({ length }, (_, at) => start + at * step);
};

const hash = (text: string | undefined, algorithm: string | undefined) => {
  if (text === undefined || algorithm === undefined) return undefined;
  const known = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (!known) throw new RangeError(`$hash knows ${Object.keys(algorithms).join(', ')}, not ${algorithm}.`);
  return createHash(known).update(text).digest('hex');
};

/** The same number for the same seed; not the number that AWS makes of it. */
const seeded = (seed: number): number =>
  createHash('sha256')
    .update(String(Math.floor(seed)))
    .digest()
    .readUIntBE(0, 6) /
  2 ** 48;

const refuseEval = (): never => {
  throw new Error('$eval is not supported in Step Functions; use $parse.');
};

/** Adds what Step Functions gives to JSONata and takes from it, and makes time follow the local clock. */
export const registerFunctions = (expression: jsonata.Expression, { now, random }: ExpressionSources): void => {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:x>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('random', (seed?: number) => (seed === undefined ? random() : seeded(seed)), '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', (text?: string) => (text === undefined ? undefined : JSON.parse(text)), '<s:x>');
  expression.registerFunction('eval', refuseEval);
  expression.registerFunction('millis', now, '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, timezone?: string) => formatMillis.evaluate(undefined, { time: now(), picture, timezone }),
    '<s?s?:s>',
  );
};
