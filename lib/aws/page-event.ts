import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { PageRequest } from '../people/page-request.ts';
import { bodyOf, headerValues } from './http.ts';

/** The request that an event of the people's API carries. Plain http exists on this machine alone. */
export function pageRequestOf(event: APIGatewayProxyEvent, stage: string): PageRequest {
  const { path: whole, domainName = '' } = event.requestContext;
  const { base, path } = partsOf(whole, depthOf(event));
  const loopback = stage === 'local' && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(domainName);
  return {
    method: event.httpMethod,
    path,
    query: queryOf(event),
    header: (name) => headerValues(event, name)[0],
    body: bodyOf(event),
    origin: `${loopback ? 'http' : 'https'}://${domainName}`,
    base,
  };
}

/** The base and the path below it. A slash at the end stays: `/a/x/` is not `/a/x`. */
function partsOf(whole: string, depth: number): { readonly base: string; readonly path: string } {
  const end = whole.endsWith('/') && depth > 0 ? '/' : '';
  const segments = whole.split('/').filter((segment) => segment !== '');
  const joined = (part: readonly string[]) => part.map((segment) => `/${segment}`).join('');
  const [above, below] = [segments.slice(0, segments.length - depth), segments.slice(segments.length - depth)];
  return { base: joined(above), path: (joined(below) || '/') + end };
}

function queryOf({ multiValueQueryStringParameters }: APIGatewayProxyEvent): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {}))
    for (const value of values ?? []) query.append(name, value);
  return query;
}

/** How many segments of the path are the resource's own; what precedes them is the stage's or the domain's base path. */
function depthOf({ resource, pathParameters }: APIGatewayProxyEvent): number {
  const segments = resource.split('/').filter((segment) => segment !== '');
  return segments
    .map((segment) => {
      const rest = /^\{(\w+)\+\}$/.exec(segment)?.[1];
      return rest === undefined ? 1 : (pathParameters?.[rest] ?? '').split('/').length;
    })
    .reduce((sum, count) => sum + count, 0);
}
