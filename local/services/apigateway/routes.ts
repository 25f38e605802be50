import type * as z from 'zod';
import type { methodProperties } from './properties.ts';

/** A method of the API as it was deployed. */
export type Method = z.output<typeof methodProperties>;

/** What a request's path and method lead to. Parameters are percent-decoded. */
export interface RouteMatch {
  readonly method: Method;
  readonly resourcePath: string;
  readonly parameters: Readonly<Record<string, string>> | null;
}

interface Node {
  readonly path: string;
  readonly part: string;
  readonly children: Node[];
  readonly methods: Map<string, Method>;
}

/** The tree of an API's resources. */
export interface Routes {
  addResource(id: string, parentId: string, part: string): void;
  addMethod(method: Method): void;
  match(method: string, path: string): RouteMatch | undefined;
}

/** A tree that has only its root. */
export const routes = (rootId: string): Routes => {
  const root: Node = { path: '/', part: '', children: [], methods: new Map() };
  const nodes = new Map([[rootId, root]]);
  const node = (id: string): Node => {
    const found = nodes.get(id);
    if (!found) throw new Error(`there is no resource ${id}`);
    return found;
  };
  return {
    addResource(id, parentId, part) {
      const parent = node(parentId);
      const made = { path: `${parent.path.replace(/\/$/, '')}/${part}`, part, children: [], methods: new Map() };
      parent.children.push(made);
      parent.children.sort((left, right) => specificity(left.part) - specificity(right.part));
      nodes.set(id, made);
    },
    addMethod: (method) => void node(method.ResourceId).methods.set(method.HttpMethod, method),
    match: (method, path) => {
      const segments = path === '/' ? [] : path.slice(1).split('/');
      return segments.includes('') ? undefined : descend(root, segments, {}, method);
    },
  };
};

/** A literal part wins over `{parameter}`, which wins over `{greedy+}`. */
const specificity = (part: string): number => (part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0);

const descend = (
  node: Node,
  segments: readonly string[],
  parameters: Readonly<Record<string, string>>,
  httpMethod: string,
): RouteMatch | undefined => {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const method = node.methods.get(httpMethod) ?? node.methods.get('ANY');
    const found = Object.keys(parameters).length > 0 ? parameters : null;
    return method && { method, resourcePath: node.path, parameters: found };
  }
  for (const child of node.children) {
    const kind = specificity(child.part);
    if (kind === 0 && child.part !== segment) continue;
    const name = child.part.replace(/^\{|\+?\}$/g, '');
    const value = kind === 2 ? segments.join('/') : segment;
    const known = kind === 0 ? parameters : { ...parameters, [name]: decodeURIComponent(value) };
    const match = descend(child, kind === 2 ? [] : rest, known, httpMethod);
    if (match) return match;
  }
  return undefined;
};
