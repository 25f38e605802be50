import type { Command } from 'commander';
import { adminOperation } from './admin-operation.ts';
import { explain } from './explain-operation.ts';
import { journalOf } from './journal-entries.ts';
import { examples, operatorOption } from './options.ts';
import { action, type Cli } from './session.ts';

interface Options {
  readonly operator?: string;
}

/** `operations explain`: an operation told in sentences. */
export function addExplain(operations: Command, cli: Cli): void {
  operations
    .command('explain <id>')
    .description('tell in sentences what happened to an operation, what is known, and what to do (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('operations explain ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show, host }) => {
        const operator = api('operator', options.operator);
        const operation = await adminOperation(operator, id);
        const journal = await journalOf(operator, operation);
        const explanation = explain(operation, { journal, now: host.now() });
        show(explanation, () =>
          [
            `Operation ${operation.operationId}`,
            ...section('What happened', explanation.happened),
            ...section('What is known', explanation.known),
            ...section('What is not known', explanation.unknown),
            ...section('What to do', explanation.next),
          ].join('\n'),
        );
        return undefined;
      }),
    );
}

const section = (title: string, sentences: readonly string[]): string[] =>
  sentences.length === 0 ? [] : ['', title, ...sentences.map((sentence) => `  ${sentence}`)];
