import { type Command, Option } from 'commander';
import { jsonInput } from './json-input.ts';
import { agentOption, examples } from './options.ts';
import { action, type Cli } from './session.ts';
import { type Language, snippets } from './snippets.ts';
import { theTool } from './tool-description.ts';

interface Options {
  readonly lang: Language;
  readonly agent?: string;
  readonly input?: string;
  readonly key?: string;
}

/** `snippet`: a call of a tool as a program of one's own. */
export function addSnippet(program: Command, cli: Cli): void {
  program
    .command('snippet <tool>')
    .description('print a signed call of a tool as a program that runs as printed')
    .addOption(new Option('--lang <language>', 'language').choices(Object.keys(snippets)).makeOptionMandatory())
    .option('--input <json>', "the tool's input: JSON, @file, or -; the tool's first example unless given")
    .option('--key <key>', 'idempotency key of a write; a new one unless given')
    .option(...agentOption)
    .addHelpText(
      'after',
      examples('snippet erp_get_stock --lang curl', 'snippet erp_get_stock --lang python | python3'),
    )
    .action(
      action<Options>(cli, async ({ api, args: [name = ''], host, options, show, target }) => {
        const { lang, agent, input, key = `snippet-${host.newId()}` } = options;
        const tool = await theTool(api('agent', agent), name);
        const { apiUrl, region, local, credentials } = target();
        const text = snippets[lang]({
          url: `${apiUrl}/v1/tools/${tool.name}`,
          region,
          input: input === undefined ? (tool.examples[0]?.input ?? {}) : JSON.parse(await jsonInput(input, host)),
          key: tool.effect === 'read' ? undefined : key,
          credentials: local ? await credentials('agent', agent) : undefined,
        });
        show({ tool: tool.name, language: lang, text }, () => text.trimEnd());
        return undefined;
      }),
    );
}
