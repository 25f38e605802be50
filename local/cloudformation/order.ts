import { LocalError } from '../local-error.ts';
import { referencesIn } from './intrinsics.ts';
import type { TemplateResource } from './template.ts';

/** The resources in an order in which each comes after everything it refers to or depends on. */
export const deployOrder = (resources: Readonly<Record<string, TemplateResource>>): readonly string[] => {
  const ordered = new Set<string>();
  const open = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (!resource || ordered.has(logicalId)) return;
    if (open.has(logicalId)) {
      throw new LocalError('DEPLOY_FAILED', `the resources ${[...open].join(', ')} depend on each other in a circle`);
    }
    open.add(logicalId);
    for (const name of [...resource.DependsOn, ...referencesIn(resource.Properties)]) visit(name);
    open.delete(logicalId);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
};
