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
      rows: parsed.value,
      next: parsed['@odata.nextLink'],
      ...(count !== undefined && { count: Number(count) }),
    };
  },
  entity: (body) => body,
};
