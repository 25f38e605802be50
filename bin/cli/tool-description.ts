import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';

const tool = z.looseObject({
  name: z.string(),
  summary: z.string(),
  effect: z.string(),
  level: z.string(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  errors: z.array(z.string()),
  examples: z.array(z.looseObject({ input: z.unknown(), output: z.unknown().optional() })),
});
const catalogue = z.looseObject({ tools: z.array(tool) });

/** A tool as the catalogue describes it to its caller. */
export type ToolDescription = z.output<typeof tool>;

/** Tools of the caller: all, those with a text in name or summary, or the one of that name. */
export async function findTools(
  api: Api,
  query: { contains?: string; name?: string } = {},
): Promise<ToolDescription[]> {
  return accepted(await api({ method: 'GET', path: '/v1/tools', query }), catalogue).tools;
}

/** The one tool of that name. Throws `CliError` where this caller has none. */
export async function theTool(api: Api, name: string): Promise<ToolDescription> {
  const [found] = await findTools(api, { name });
  if (found) return found;
  throw new CliError(exitCode.refused, `This agent has no tool ${name}.`, {
    next: 'List its tools with npx countersign tools, or choose another agent with --agent.',
  });
}
