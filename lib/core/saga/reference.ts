import * as z from 'zod';
import type { Template } from '../state-machine.ts';

declare const value: unique symbol;

/** A value that is known only when a saga runs: a field of its input, or of what an earlier step answered. */
export interface Reference<T> {
  readonly [value]: T;
}

/** A reference, and references to everything in it but lists: a field that is not there is a type error. */
export type References<T> = Reference<T> &
  (NonNullable<T> extends readonly unknown[]
    ? unknown
    : NonNullable<T> extends object
      ? { readonly [K in keyof NonNullable<T>]-?: References<NonNullable<T>[K] | UndefinedOf<T>> }
      : unknown);
type UndefinedOf<T> = undefined extends T ? undefined : never;

/** What a step takes: literals, references, or both mixed. */
export type Arguments<T> =
  | T
  | Reference<T>
  | (T extends readonly (infer E)[]
      ? Reference<readonly E[]> | readonly Arguments<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Arguments<T[K]> }
        : never);

/** The word for the saga's own input. */
export const ofInput = 'input';

const path = Symbol('path');
const pathSchema = z.array(z.string());

/** References to everything in what a step answers. */
export function referencesTo<T>(...at: readonly string[]): References<T> {
  const references = new Proxy(
    { [path]: at },
    {
      get: (target, key) =>
        key === path ? target[path] : typeof key === 'symbol' ? undefined : referencesTo(...at, key),
      has: (_, key) => key === path,
    },
  );
  return references as unknown as References<T>;
}

/** The words of a reference: a step, or `input`, and fields; `*` stands for everything in a list. */
export const pathOf = (reference: Reference<unknown>): readonly string[] => pathIn(Object(templateOf(reference))) ?? [];

/**
 * The JSON form of arguments, in which `{ "$": ["Create_order", "document", "id"] }` stands for a value; the first word is a
 * step, or `input`. Throws for a literal that could be taken for an expression or a reference.
 */
export function templateOf(given: unknown): Template {
  if (typeof given === 'string' && given.includes('{%')) throw new Error(`'${given}' would be taken for an expression`);
  if (given === null || typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean')
    return given;
  if (typeof given !== 'object') throw new Error(`a step cannot be given a ${typeof given}`);
  if (path in given) return { $: pathSchema.parse(given[path]) };
  if (Array.isArray(given)) return given.map(templateOf);
  if (Object.hasOwn(given, '$')) throw new Error("a field may not be called '$'");
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, templateOf(each)]),
  );
}

/** The paths that a template refers to. */
export function pathsIn(template: unknown): (readonly string[])[] {
  if (typeof template !== 'object' || template === null) return [];
  const at = pathIn(template);
  return at ? [at] : Object.values(template).flatMap(pathsIn);
}

/** Puts values in the place of references. What has no value is left out, as a field that was not given. */
export function resolve(template: unknown, valueAt: (at: readonly string[]) => unknown): unknown {
  if (typeof template !== 'object' || template === null) return template;
  const at = pathIn(template);
  if (at) return valueAt(at);
  if (Array.isArray(template)) return template.map((each) => resolve(each, valueAt));
  const fields = Object.entries(template).map(([name, each]) => [name, resolve(each, valueAt)] as const);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
}

function pathIn(template: object): readonly string[] | undefined {
  return '$' in template && Array.isArray(template.$) ? template.$.map(String) : undefined;
}

/** The value at a path; undefined where there is none. */
export function valueIn(root: unknown, at: readonly string[]): unknown {
  let found = root;
  for (const [n, name] of at.entries()) {
    if (name === '*') return Array.isArray(found) ? found.map((each) => valueIn(each, at.slice(n + 1))) : undefined;
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}
