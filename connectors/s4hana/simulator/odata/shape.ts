import type { EntityType, Service } from './edm.ts';
import { badRequest, notSimulated } from './error.ts';

/** What of an entity is shown: properties (undefined = all) and expanded navigations. */
export interface Shape {
  readonly select: ReadonlySet<string> | undefined;
  readonly expand: ReadonlyMap<string, Shape>;
}

const targetOf = (service: Service, entity: EntityType, name: string): EntityType => {
  const navigation = Object.hasOwn(entity.navigations, name) ? entity.navigations[name] : undefined;
  const target = navigation && service.entities[navigation.target];
  if (!target) throw badRequest(`Navigation property ${name} not found in type ${entity.type}.`, name);
  return target;
};

interface Draft {
  select: Set<string> | undefined;
  readonly expand: Map<string, Draft>;
}

const emptyDraft = (): Draft => ({ select: undefined, expand: new Map() });

const selectProperty = (entity: EntityType, draft: Draft, name: string) => {
  if (name !== '*' && !Object.hasOwn(entity.properties, name) && !Object.hasOwn(entity.navigations, name)) {
    throw badRequest(`Property ${name} not found in type ${entity.type}.`, name);
  }
  draft.select ??= new Set();
  for (const property of name === '*' ? Object.keys(entity.properties) : [name]) draft.select.add(property);
};

/** The parts of a comma-separated option. */
export const list = (value: string | undefined): string[] =>
  value === undefined ? [] : value.split(',').map((part) => part.trim());

/** V2: both options name paths from the root, `to_Item/to_ScheduleLine`. */
export const shapeV2 = (service: Service, entity: EntityType, options: ReadonlyMap<string, string>): Shape => {
  const root = emptyDraft();
  const walk = (path: readonly string[], open: boolean) => {
    let at = { entity, draft: root };
    for (const name of path) {
      const target = targetOf(service, at.entity, name);
      const draft = at.draft.expand.get(name) ?? emptyDraft();
      if (!open && !at.draft.expand.has(name)) throw badRequest(`'${name}' is selected but not expanded.`, name);
      at.draft.expand.set(name, draft);
      at = { entity: target, draft };
    }
    return at;
  };
  for (const path of list(options.get('$expand'))) walk(path.split('/'), true);
  for (const path of list(options.get('$select'))) {
    const names = path.split('/');
    const { entity: owner, draft } = walk(names.slice(0, -1), false);
    selectProperty(owner, draft, names.at(-1) ?? '');
  }
  return root;
};

/** Splits on `separator` where no parenthesis and no quote is open. */
const split = (value: string, separator: string): string[] => {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const char of value) {
    if (char === "'") quoted = !quoted;
    if (!quoted && char === '(') depth += 1;
    if (!quoted && char === ')') depth -= 1;
    if (char === separator && depth === 0 && !quoted) parts.push('');
    else parts.push(`${parts.pop()}${char}`);
  }
  return parts.map((part) => part.trim());
};

/** V4: options of an expanded navigation stand in parentheses behind it. */
export const shapeV4 = (service: Service, entity: EntityType, options: ReadonlyMap<string, string>): Shape => {
  const draft = emptyDraft();
  const expand = new Map<string, Shape>();
  for (const name of list(options.get('$select'))) selectProperty(entity, draft, name);
  const given = options.get('$expand');
  for (const item of given === undefined ? [] : split(given, ',')) {
    const [, name = '', inner] = /^(\w+)(?:\((.*)\))?$/s.exec(item) ?? [];
    const target = targetOf(service, entity, name);
    const nested = new Map(
      split(inner ?? '', ';')
        .filter((part) => part !== '')
        .map((part) => [part.replace(/=.*$/s, ''), part.replace(/^[^=]*=/, '')] as const),
    );
    for (const option of nested.keys()) {
      if (option !== '$select' && option !== '$expand') throw notSimulated(`'${option}' inside $expand`);
    }
    expand.set(name, shapeV4(service, target, nested));
  }
  return { select: draft.select, expand };
};
