import type { Command } from 'commander';
import { agentOption, examples } from './options.ts';
import { plain, printableJson } from './plain-text.ts';
import { schemaFields } from './schema-fields.ts';
import { action, type Cli } from './session.ts';
import { table } from './table.ts';
import { findTools, type ToolDescription, theTool } from './tool-description.ts';

interface Options {
  readonly agent?: string;
  readonly contains?: string;
}

/** `tools` and `tools show`: what an agent may call. */
export function addTools(program: Command, cli: Cli): void {
  const tools = program
    .command('tools')
    .description('list the tools that an agent may use')
    .option(...agentOption)
    .option('--contains <text>', 'only tools with this text in name or summary')
    .addHelpText('after', examples('tools', 'tools --agent reader-agent', 'tools show erp_create_purchase_order'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const { agent, contains } = options;
        const found = await findTools(api('agent', agent), contains === undefined ? {} : { contains });
        show({ tools: found }, () => listed(found));
        return undefined;
      }),
    );
  tools
    .command('show <tool>')
    .description('show what a tool takes, answers and refuses, with an example')
    .addHelpText('after', examples('tools show erp_get_stock', 'tools show erp_create_purchase_order --json'))
    .action(
      action<Options>(cli, async ({ api, args: [name = ''], options, show }) => {
        const tool = await theTool(api('agent', options.agent), name);
        show(tool, () => described(tool));
        return undefined;
      }),
    );
}

const listed = (tools: readonly ToolDescription[]): string =>
  tools.length === 0
    ? 'No tools: this agent has no grant that fits.'
    : table(
        ['tool', 'effect', 'level', 'summary'],
        tools.map(({ name, effect, level, summary }) => [name, effect, level, summary]),
      );

function described({
  name,
  summary,
  effect,
  level,
  input,
  output,
  errors,
  examples: [example],
}: ToolDescription): string {
  const fields = (schema: unknown) =>
    table(
      ['field', 'always', 'type'],
      schemaFields(schema).map(({ path, type, required }) => [path, required ? 'yes' : '', type]),
    );
  const call = `npx countersign call ${name} --input '${printableJson(example?.input ?? {}).replaceAll("'", "'\\''")}'`;
  return [
    `${plain(name)}: ${plain(summary)}`,
    `effect ${plain(effect)}, level ${plain(level)}`,
    `\nInput\n${fields(input)}`,
    `\nOutput\n${fields(output)}`,
    `\nErrors of its own\n${plain(errors.join(', ')) || 'none'}`,
    `\nExample\n${call}`,
  ].join('\n');
}
