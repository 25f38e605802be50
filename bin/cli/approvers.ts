import type { Command } from 'commander';
import * as z from 'zod';
import { absence, absenceText, addAbsence } from './absence.ts';
import { accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples, operatorOption } from './options.ts';
import { plain } from './plain-text.ts';
import { action, type Cli } from './session.ts';
import { table } from './table.ts';

interface Options {
  readonly operator?: string;
}

const person = z.looseObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  limit: z.string().optional(),
  enrolled: z.boolean(),
  absence: absence.optional(),
});
const people = z.looseObject({ approvers: z.array(person) });
const enrolment = z.looseObject({ approver: z.string(), uri: z.string().startsWith('otpauth://') });

/** `approvers`: who may be asked, and with what they sign in. */
export function addApprovers(program: Command, cli: Cli): void {
  const approvers = program
    .command('approvers')
    .description('see who may be asked, enrol them, and note when they are absent');
  approvers
    .command('list')
    .description('list the configured approvers, and who has a second factor (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('approvers list'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const request = { method: 'GET', path: '/v1/admin/approvers' } as const;
        const found = accepted(await api('operator', options.operator)(request), people);
        show(found, () =>
          table(['approver', 'name', 'mail', 'limit', 'enrolled', 'absent'], found.approvers.map(rowOf)),
        );
        return undefined;
      }),
    );
  addEnrol(approvers, cli);
  addAbsence(approvers, cli, pathOf);
}

const rowOf = ({ id, name, email, limit, enrolled, absence: away }: z.output<typeof person>) => [
  ...[id, name, email, limit, enrolled ? 'yes' : 'no'],
  away && absenceText(away),
];

function addEnrol(approvers: Command, cli: Cli): void {
  approvers
    .command('enrol <name>')
    .description(
      'make a second factor for an approver, in place of the one they had; it is shown once (as an operator)',
    )
    .option(...operatorOption)
    .addHelpText('after', examples('approvers enrol anna'))
    .action(
      action<Options>(cli, async ({ api, args: [name = ''], options, show }) => {
        const path = `${pathOf(name)}/enrol`;
        const made = accepted(await api('operator', options.operator)({ method: 'POST', path }), enrolment);
        show(made, () =>
          [
            `${made.approver} signs in with the codes of an authenticator that is given this, once:`,
            plain(made.uri),
            'It is not shown again. Hand it over in person, never by mail.',
          ].join('\n'),
        );
        return undefined;
      }),
    );
}

function pathOf(name: string): string {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return `/v1/admin/approvers/${name}`;
  throw new CliError(exitCode.usage, `${name} is no approver's name.`, { next: 'See npx countersign approvers list.' });
}
