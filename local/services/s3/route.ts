/** An object by its place. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

const actions: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' };

/** Finds the action of a path-style request `/bucket/key`; sub-resources such as `?versions` have none. The SDK's own `x-id` is taken. */
export const route = (method: string, path: string, query: URLSearchParams) => {
  const [, bucket = '', ...segments] = path.split('/').map(decodeURIComponent);
  const key = segments.join('/');
  const action = actions[method];
  const foreign = [...query.keys()].some((name) => name !== 'x-id');
  if (!action || foreign || bucket === '' || key === '') return undefined;
  return { action, input: { bucket, key } };
};
