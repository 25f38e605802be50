import { Construct } from 'constructs';
import { accessOf, type CatalogueEntry, catalogueOf } from '../core/system.ts';
import type { EntryFunction, FunctionsProps } from './entry-function.ts';
import { permitCalls } from './permit-calls.ts';
import { accessesOf, type SystemAccess } from './system-access.ts';
import { SystemFunction } from './system-function.ts';

/** One function per system and access. The one that reads holds only the credential that reads, and cannot touch an operation. */
export class ToolFunctions extends Construct {
  readonly #functions: readonly (SystemAccess & { readonly function: EntryFunction })[];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { configuration } = props.deployment;
    const tools = catalogueOf(configuration.systems);
    this.#functions = accessesOf(configuration)
      .filter((pair) => tools.some((tool) => isServedBy(pair, tool)))
      .map((pair) => ({ ...pair, function: this.#functionFor(pair, props) }));
  }

  /** All of them. */
  get all(): readonly EntryFunction[] {
    return this.#functions.map((each) => each.function);
  }

  /** The function that carries a tool out. */
  serving(tool: CatalogueEntry): EntryFunction {
    const found = this.#functions.find((pair) => isServedBy(pair, tool));
    if (!found) throw new Error(`no function serves ${tool.id}`);
    return found.function;
  }

  #functionFor({ system, access }: SystemAccess, props: FunctionsProps): EntryFunction {
    const tools = new SystemFunction(this, `${system}-${access}`, {
      ...props,
      system,
      access,
      entry: 'tools',
      name: `${system}-${access}`,
      description: `Carries out what agents ${access} in ${system}`,
      environment: { ACCESS: access },
    });
    tools.allowObjects(props.stores.results, ['s3:GetObject', 's3:PutObject'], 'answers/*');
    permitCalls(tools, { system, access }, props);
    return tools;
  }
}

const isServedBy = ({ system, access }: SystemAccess, tool: CatalogueEntry): boolean =>
  tool.system === system && accessOf(tool.contract) === access;
