import * as z from 'zod';
import type { ODataVersion } from './odata.ts';

const listBody = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
  '@odata.count': z.string().optional(),
});

const json = 'application/json;IEEE754Compatible=true';

/** OData V4: `value`, `@odata.nextLink`, `@odata.count`; decimals travel as strings (IEEE754Compatible). */
export const odataV4: ODataVersion = {
  name: 'v4',
  accept: json,
  contentType: json,
  always: {},
  countOption: ['$count', 'true'],
  list: (body) => {
    const parsed = listBody.parse(body);
    const count = parsed['@odata.count'];
    return {
      rows: parsed.value.map(whole),
      next: parsed['@odata.nextLink'],
      ...(count !== undefined && { count: Number(count) }),
    };
  },
  entity: whole,
};

/** An entity as it is. Throws where an expanded collection in it is only a part: nobody follows it. */
function whole(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const [name, field] of Object.entries(value)) {
    if (name.endsWith('@odata.nextLink')) throw new Error('an expanded collection has more pages');
    whole(field);
  }
  return value;
}
