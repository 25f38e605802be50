import type * as z from 'zod';
import type { Deployed, DeployedResource, ResourceType } from '../service.ts';

/** A resource type whose properties a strict schema reads: what the schema does not have is refused by its full path. */
export const resourceType = <const S extends z.ZodObject>(
  schema: S,
  deploy: (properties: z.output<S>, resource: DeployedResource) => Deployed | Promise<Deployed>,
): ResourceType => ({
  properties: Object.keys(schema.shape),
  deploy(resource) {
    const parsed = schema.safeParse(resource.properties);
    if (parsed.success) return deploy(parsed.data, resource);
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'properties'}: ${message}`);
    throw new Error(issues.join('; '));
  },
});
