import * as z from 'zod';
import type { Template } from '../state-machine.ts';
import { pathsIn } from './reference.ts';

/** A schema without what it adds to a type: whether there has to be something, and what is taken where there is not. */
function bare(schema: z.ZodType): z.ZodType {
  let found = schema;
  while (
    found instanceof z.ZodOptional ||
    found instanceof z.ZodNullable ||
    found instanceof z.ZodDefault ||
    found instanceof z.ZodReadonly
  )
    found = found.unwrap() as z.ZodType;
  return found;
}

/** The schema of a field, and of fields in it; undefined where there is none. */
export function schemaAt(schema: z.ZodType, at: readonly string[]): z.ZodType | undefined {
  const [name, ...rest] = at;
  if (name === undefined) return schema;
  const around = bare(schema);
  if (name === '*') return around instanceof z.ZodArray ? listOf(around.element as z.ZodType, rest) : undefined;
  const field = fieldOf(around, name);
  return field && schemaAt(field, rest);
}

function listOf(element: z.ZodType, at: readonly string[]): z.ZodType | undefined {
  const found = schemaAt(element, at);
  return found && z.array(found);
}

function fieldOf(schema: z.ZodType, name: string): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return /^\d+$/.test(name) ? (schema.element as z.ZodType) : undefined;
  if (schema instanceof z.ZodUnion)
    return schema.options
      .map((option) => fieldOf(bare(option as z.ZodType), name))
      .find((found) => found !== undefined);
  if (!(schema instanceof z.ZodObject)) return undefined;
  return Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
}

/** Where a template cannot become what a schema takes. What is only known when it runs is compared by its kind. */
export function shapeProblems(
  schema: z.ZodType,
  template: Template | undefined,
  schemaOf: (at: readonly string[]) => z.ZodType | undefined,
  path = '',
): string[] {
  const wanted = bare(schema);
  if (template === undefined) return isOptional(schema) ? [] : [`${path || '/'} is missing`];
  if (typeof template !== 'object' || template === null) return literalProblems(wanted, template, path);
  if ('$' in template) return referenceProblems(schema, schemaOf(pathsIn(template)[0] ?? []), path);
  if (wanted instanceof z.ZodUnion) {
    const all = wanted.options.map((option) => shapeProblems(option as z.ZodType, template, schemaOf, path));
    return all.some((problems) => problems.length === 0) ? [] : (all[0] ?? []);
  }
  if (Array.isArray(template)) {
    if (!(wanted instanceof z.ZodArray)) return [`${path || '/'} is a list`];
    return template.flatMap((each, n) => shapeProblems(wanted.element as z.ZodType, each, schemaOf, `${path}/${n}`));
  }
  return wanted instanceof z.ZodObject
    ? fieldProblems(wanted, template as Readonly<Record<string, Template | undefined>>, schemaOf, path)
    : [`${path || '/'} has fields`];
}

function fieldProblems(
  { shape }: z.ZodObject,
  template: Readonly<Record<string, Template | undefined>>,
  schemaOf: (at: readonly string[]) => z.ZodType | undefined,
  path: string,
): string[] {
  const unknown = Object.keys(template).filter((name) => !Object.hasOwn(shape, name));
  return [
    ...unknown.map((name) => `${path}/${name} is not known`),
    ...Object.entries(shape).flatMap(([name, field]) =>
      shapeProblems(field as z.ZodType, template[name], schemaOf, `${path}/${name}`),
    ),
  ];
}

const literalProblems = (schema: z.ZodType, literal: Template, path: string): string[] =>
  schema.safeParse(literal).success ? [] : [`${path || '/'} does not take ${JSON.stringify(literal)}`];

function referenceProblems(schema: z.ZodType, given: z.ZodType | undefined, path: string): string[] {
  if (!given) return [`${path || '/'} refers to nothing`];
  if (mayBeMissing(given) && !isOptional(schema)) return [`${path || '/'} may have no value`];
  const [wanted, found] = [kindsOf(schema), kindsOf(given)];
  return found.some((kind) => wanted.includes(kind))
    ? []
    : [`${path || '/'} is ${wanted.join(' or ')}, not ${found.join(' or ')}`];
}

/** A default has been put in its place when somebody refers to it. */
const mayBeMissing = (schema: z.ZodType): boolean => !(schema instanceof z.ZodDefault) && isOptional(schema);

const isOptional = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;

function kindsOf(schema: z.ZodType): readonly string[] {
  const of = bare(schema);
  if (of instanceof z.ZodUnion) return of.options.flatMap((option) => kindsOf(option as z.ZodType));
  if (of instanceof z.ZodObject || of instanceof z.ZodRecord) return ['an object'];
  if (of instanceof z.ZodArray) return ['a list'];
  if (of instanceof z.ZodNumber) return ['a number'];
  if (of instanceof z.ZodBoolean) return ['a boolean'];
  return of instanceof z.ZodLiteral ? [...new Set([...of.values].map((value) => kindOfLiteral(value)))] : ['a text'];
}

const kindOfLiteral = (value: unknown): string =>
  typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'a boolean' : 'a text';
