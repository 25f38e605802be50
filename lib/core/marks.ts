import type * as z from 'zod';

/** What a field holds beyond its type. Marks stand in the JSON Schema too, as `x-countersign-…`. */
export interface Marks {
  /** The field names a record of the system; the connector knows its canonical form. */
  readonly 'x-countersign-id'?: string;
  /** Text that an ERP or a third party wrote: shown as data, never as instruction. */
  readonly 'x-countersign-untrusted'?: true;
  /** Masked in logs and journal. */
  readonly 'x-countersign-sensitive'?: true;
}

type Change = (value: unknown, marks: Marks, path: string) => unknown;

/** Walks a value along its schema and lets `change` replace what stands in a marked field. The value is not modified. */
export function mapMarked(schema: z.ZodType, value: unknown, change: Change, path = ''): unknown {
  if (value === undefined || value === null) return value;
  const marks = marksOf(schema);
  if (marks) return change(value, marks, path);
  const { def } = schema as z.ZodType & { def: Definition };
  if (def.innerType) return mapMarked(def.innerType, value, change, path);
  if (def.in) return mapMarked(def.in, value, change, path);
  if (def.options) {
    const option = def.options.find((candidate) => candidate.safeParse(value).success);
    return option ? mapMarked(option, value, change, path) : value;
  }
  const { element, shape } = def;
  if (element && Array.isArray(value)) return value.map((each, n) => mapMarked(element, each, change, `${path}/${n}`));
  if (!shape || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const fieldSchema = shape[name];
      return [name, fieldSchema ? mapMarked(fieldSchema, field, change, `${path}/${name}`) : field];
    }),
  );
}

/** The parts of zod's definitions through which a schema contains others. */
interface Definition {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

function marksOf(schema: z.ZodType): Marks | undefined {
  const meta: Record<string, unknown> | undefined = schema.meta();
  return meta && Object.keys(meta).some((name) => name.startsWith('x-countersign-')) ? (meta as Marks) : undefined;
}
