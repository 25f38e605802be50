import { createHash } from 'node:crypto';
import type { DeployedResource } from '../service.ts';

/** A name for a resource whose template gives none: the same at every deploy, unique to stack and logical id. */
export const physicalName = ({ stack, logicalId }: DeployedResource, maxLength = 64): string => {
  const suffix = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 12);
  return `${`${stack}-${logicalId}`.slice(0, maxLength - 13)}-${suffix}`;
};
