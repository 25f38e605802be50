import type { Command } from 'commander';
import * as z from 'zod';
import { accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { day, examples, operatorOption } from './options.ts';
import { action, type Cli } from './session.ts';

/** Of an approver who is absent: the first and the last day, and who stands in. */
export const absence = z.looseObject({ from: z.string(), to: z.string(), standIn: z.string().optional() });

const answer = z.looseObject({ approver: z.string(), absence: absence.optional() });

interface Options {
  readonly operator?: string;
  readonly from?: string;
  readonly to?: string;
  readonly standIn?: string;
  readonly end?: boolean;
}

/** An absence in one line. */
export const absenceText = ({ from, to, standIn }: z.output<typeof absence>): string =>
  `${from} to ${to}${standIn === undefined ? '' : `, ${standIn} stands in`}`;

/** `approvers absence`: when somebody is not to be asked, and who is in their place. `pathOf` checks a name. */
export function addAbsence(approvers: Command, cli: Cli, pathOf: (name: string) => string): void {
  approvers
    .command('absence <name>')
    .description('note when an approver is absent, in place of what was noted, or that they are back (as an operator)')
    .option('--from <day>', 'the first day, as the company counts days', day)
    .option('--to <day>', 'the last day', day)
    .option('--stand-in <name>', 'the approver who is asked in their place')
    .option('--end', 'they are back')
    .option(...operatorOption)
    .addHelpText(
      'after',
      examples(
        'approvers absence anna --from 2026-12-21 --to 2027-01-06 --stand-in carla',
        'approvers absence anna --end',
      ),
    )
    .action(
      action<Options>(cli, async ({ api, args: [name = ''], options, show }) => {
        const path = `${pathOf(name)}/absence`;
        const body = JSON.stringify(requestOf(options));
        const noted = accepted(await api('operator', options.operator)({ method: 'POST', path, body }), answer);
        show(noted, () =>
          noted.absence
            ? `${noted.approver} is absent: ${absenceText(noted.absence)}. Questions that are open stay where they are.`
            : `${noted.approver} is asked again.`,
        );
        return undefined;
      }),
    );
}

function requestOf({ from, to, standIn, end }: Options): object {
  const isPeriod = from !== undefined && to !== undefined;
  if (end ? (from ?? to ?? standIn) : !isPeriod)
    throw new CliError(exitCode.usage, 'Give either --from and --to, or --end alone.', {
      next: 'See npx countersign approvers absence --help.',
    });
  return end ? { end } : { from, to, ...(standIn !== undefined && { standIn }) };
}
