/** One property of an entity type. */
export interface EdmProperty {
  /** Longest value of a string; undefined where it is not bounded. */
  readonly maxLength: number | undefined;
}

/** The entity sets of a service: their properties, and navigations without a length. */
export type EdmSets = ReadonlyMap<string, ReadonlyMap<string, EdmProperty>>;

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined);

const simpleName = (qualified: string): string => qualified.slice(qualified.lastIndexOf('.') + 1);

/**
 * The entity sets of a metadata document, OData V2 or V4. Only what names sets, properties and lengths is looked at;
 * a document of another shape has no sets.
 */
export function setsOf(edmx: string): EdmSets {
  const types = new Map<string, ReadonlyMap<string, EdmProperty>>();
  for (const [, tag = '', body = ''] of edmx.matchAll(/<EntityType(\s[^>]*[^/])>([\s\S]*?)<\/EntityType>/g))
    types.set(attribute(tag, 'Name') ?? '', propertiesOf(body));
  const sets = [...edmx.matchAll(/<EntitySet(\s[^>]*)>/g)].map(([, tag = '']) => {
    const type = simpleName(attribute(tag, 'EntityType') ?? '');
    return [attribute(tag, 'Name') ?? '', types.get(type) ?? new Map()] as const;
  });
  return new Map(sets);
}

const propertiesOf = (body: string): ReadonlyMap<string, EdmProperty> =>
  new Map(
    [...body.matchAll(/<(?:Navigation)?Property(\s[^>]*)>/g)].map(([, tag = '']) => {
      const length = attribute(tag, 'MaxLength');
      return [attribute(tag, 'Name') ?? '', { maxLength: length === undefined ? undefined : Number(length) }] as const;
    }),
  );
