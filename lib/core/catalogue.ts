import * as z from 'zod';
import type { Level } from './config.ts';
import type { Effect } from './contract.ts';
import type { CatalogueEntry } from './system.ts';

/** A tool as `GET /v1/tools` shows it. Schemas are JSON Schema 2020-12. */
export interface ToolDescription {
  readonly name: string;
  readonly summary: string;
  readonly effect: Effect;
  readonly level: Level;
  readonly input: unknown;
  readonly output: unknown;
  readonly errors: readonly string[];
  readonly examples: readonly { readonly input: unknown; readonly output: unknown }[];
}

/** Describes a tool for one caller. */
export const describeTool = ({ id, contract }: CatalogueEntry, level: Level): ToolDescription => ({
  name: id,
  summary: contract.summary,
  effect: contract.effect,
  level,
  input: z.toJSONSchema(contract.input, { io: 'input' }),
  output: z.toJSONSchema(contract.output, { io: 'output' }),
  errors: contract.errors,
  examples: contract.examples,
});
