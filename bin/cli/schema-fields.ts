import * as z from 'zod';

/** A value inside a tool's input or output: where it stands, and what it may be. */
export interface SchemaField {
  /** `lines[].quantity.value` */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
}

const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

type Schema = z.output<typeof schema>;

/** The leaves of a JSON Schema as a flat list, for people; alternatives are named, not opened. */
export function schemaFields(given: unknown, path = '', required = true): SchemaField[] {
  const parsed = schema.safeParse(given);
  if (!parsed.success) return [{ path, type: 'any', required }];
  const { data } = parsed;
  if (data.properties)
    return Object.entries(data.properties).flatMap(([name, inner]) =>
      schemaFields(inner, path === '' ? name : `${path}.${name}`, required && (data.required ?? []).includes(name)),
    );
  if (data.type === 'array') return schemaFields(data.items, `${path}[]`, required);
  return [{ path, type: typeName(data), required }];
}

function typeName({ type, const: constant, enum: values, format, anyOf, oneOf }: Schema): string {
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  const either = anyOf ?? oneOf;
  if (either) return [...new Set(either.map((one) => typeName(schema.safeParse(one).data ?? emptySchema)))].join(' | ');
  const name = Array.isArray(type) ? type.join(' | ') : (type ?? 'any');
  return format === undefined ? name : `${name} (${format})`;
}

const emptySchema: Schema = {};
