import type { ResourceType } from '../service.ts';
import { unsupportedIntrinsics } from './intrinsics.ts';
import { type Template, template } from './template.ts';

/** One stack to deploy: its name and its CloudFormation template as a plain object. */
export interface Stack {
  readonly name: string;
  readonly template: object;
}

/** Parses every template and lists at once all that the local AWS does not have: types, properties, functions. */
export const readStacks = (
  stacks: readonly Stack[],
  types: ReadonlyMap<string, ResourceType>,
): { readonly templates: ReadonlyMap<string, Template>; readonly unsupported: readonly string[] } => {
  const templates = new Map<string, Template>();
  const unsupported: string[] = [];
  for (const stack of stacks) {
    const parsed = template.safeParse(stack.template);
    if (parsed.success) {
      templates.set(stack.name, parsed.data);
      unsupported.push(...unsupportedIn(parsed.data, types).map((what) => `${stack.name}: ${what}`));
    } else {
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      unsupported.push(...issues.map((issue) => `${stack.name}: ${issue}`));
    }
  }
  return { templates, unsupported };
};

const unsupportedIn = (parsed: Template, types: ReadonlyMap<string, ResourceType>): readonly string[] => [
  ...Object.entries(parsed.Resources).flatMap(([logicalId, { Type, Properties }]) => {
    const type = types.get(Type);
    if (!type) return [`${logicalId}: resource type ${Type}`];
    const unknown = Object.keys(Properties).filter((name) => !type.properties.includes(name));
    return unknown.map((name) => `${logicalId}: property ${name} of ${Type}`);
  }),
  ...unsupportedIntrinsics([parsed.Resources, parsed.Outputs, parsed.Conditions]).map((name) => `function ${name}`),
];
