import * as z from 'zod';
import type { ODataVersion } from './odata.ts';

const listBody = z.object({
  d: z.union([
    z.object({ results: z.array(z.unknown()), __next: z.string().optional(), __count: z.string().optional() }),
    // A collection without paging may come bare.
    z.array(z.unknown()).transform((results) => ({ results, __next: undefined, __count: undefined })),
  ]),
});
const entityBody = z.object({ d: z.unknown() });

/** OData V2 as SAP Gateway speaks it: `d.results`, `__next`, `__count`. */
export const odataV2: ODataVersion = {
  name: 'v2',
  accept: 'application/json',
  contentType: 'application/json',
  always: { $format: 'json' },
  countOption: ['$inlinecount', 'allpages'],
  list: (body) => {
    const { results, __next, __count } = listBody.parse(body).d;
    return { rows: results.map(plain), next: __next, ...(__count !== undefined && { count: Number(__count) }) };
  },
  entity: (body) => plain(entityBody.parse(body).d),
};

/** Nested collections without their `results`, deferred ones left out; ETags named as in V4. Throws where one is only a part: nobody follows it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('results' in value && Array.isArray(value.results)) {
    if ('__next' in value) throw new Error('an expanded collection has more pages');
    return value.results.map(plain);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !isDeferred(field))
      .flatMap(([name, field]) => (name === '__metadata' ? etagOf(field) : [[name, plain(field)]])),
  );
}

const etagOf = (metadata: unknown): [string, unknown][] =>
  typeof metadata === 'object' && metadata !== null && 'etag' in metadata ? [['@odata.etag', metadata.etag]] : [];

const isDeferred = (value: unknown): boolean => typeof value === 'object' && value !== null && '__deferred' in value;
