import type { Incoming } from '../../../lib/simulation/server.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';
import type { Service } from './odata/edm.ts';
import { ODataError } from './odata/error.ts';
import { parsePath } from './odata/path.ts';
import { services } from './services.ts';

/** Path of the token endpoint; faults hit it only when they name it as their entity. */
export const TOKEN_PATH = '/oauth2/token';

/** Name under which faults and counts know the token endpoint. */
export const TOKEN_ENTITY = 'oauth2/token';

const MODIFYING = ['POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'];

/** A request that was found to address a service. */
export interface Addressed {
  readonly service: Service;
  /** Path and query below the service's root, as sent. */
  readonly target: string;
}

/** The service that a request addresses, if it is one of ours. */
export const addressed = (target: string): Addressed | undefined => {
  const service = services.find(
    ({ root }) => target === root || target.startsWith(`${root}/`) || target.startsWith(`${root}?`),
  );
  return service && { service, target: target.slice(service.root.length) };
};

/** A target without its query. */
export const pathOf = (target: string) => target.split('?')[0] ?? '';

const entityName = ({ service, target }: Addressed): string => {
  try {
    const resource = parsePath(pathOf(target), service);
    if (resource.kind === 'function') return resource.name;
    return resource.kind === 'entities' ? (resource.steps.at(-1)?.entity.set ?? service.id) : service.id;
  } catch (error) {
    if (error instanceof ODataError) return service.id;
    throw error;
  }
};

/** What a request addresses, for counts and faults. */
export const classify = ({ method, target }: Incoming): Call => {
  const modifying = MODIFYING.includes(method);
  if (pathOf(target) === TOKEN_PATH) return { method, entity: TOKEN_ENTITY, modifying: false, apart: true };
  const found = addressed(target);
  return { method, entity: found ? entityName(found) : 'unknown', modifying };
};
