import type { Command } from 'commander';
import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples, operatorOption } from './options.ts';
import { action, type Cli } from './session.ts';
import { pausedText, systemRow, systemsTable } from './system-status.ts';
import { table } from './table.ts';

interface Options {
  readonly operator?: string;
}

const status = z.looseObject({ systems: z.array(systemRow) });
const check = z.looseObject({
  system: z.string(),
  findings: z.array(z.looseObject({ what: z.string(), ok: z.boolean(), detail: z.string() })),
});

/** A check that looked at nothing has proven nothing. */
const nothing = { what: 'check', ok: false, detail: 'nothing was checked' };

/** `systems`: what is connected, whether it works, and whether it is called. */
export function addSystems(program: Command, cli: Cli): void {
  const systems = program
    .command('systems')
    .description('see the connected systems, check them, pause them and let them go on');
  systems
    .command('status')
    .description('list the configured systems, and how each is called (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('systems status'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const body = await systemsOf(api('operator', options.operator));
        show(body, () => systemsTable(body.systems));
        return undefined;
      }),
    );
  addCheck(systems, cli);
  addPause(systems, cli);
  addResume(systems, cli);
}

const reasonOption = ['--reason <text>', 'why; stands in the journal'] as const;

function addPause(systems: Command, cli: Cli): void {
  systems
    .command('pause <system>')
    .description('hold back what writes to a system: it waits, and nothing is lost (as an operator)')
    .requiredOption(...reasonOption)
    .option('--reads', 'hold back what reads as well')
    .option(...operatorOption)
    .addHelpText('after', examples("systems pause erp --reason 'stock count'"))
    .action(
      action<Options & { reason: string; reads?: true }>(cli, async ({ api, args: [id = ''], options, show }) => {
        const body = JSON.stringify({ reason: options.reason, ...(options.reads && { reads: true }) });
        const row = await turned(api('operator', options.operator), { id, verb: 'pause', body });
        show(row, () => `${id}: ${pausedText(row)}`);
        return undefined;
      }),
    );
}

function addResume(systems: Command, cli: Cli): void {
  systems
    .command('resume <system>')
    .description('let a paused system go on: what waits is carried out (as an operator)')
    .requiredOption(...reasonOption)
    .option(...operatorOption)
    .addHelpText('after', examples("systems resume erp --reason 'the stock count is over'"))
    .action(
      action<Options & { reason: string }>(cli, async ({ api, args: [id = ''], options, show }) => {
        const body = JSON.stringify({ reason: options.reason });
        const row = await turned(api('operator', options.operator), { id, verb: 'resume', body });
        show(row, () => systemsTable([row]));
        return undefined;
      }),
    );
}

function addCheck(systems: Command, cli: Cli): void {
  systems
    .command('check [system]')
    .description('prove that a system answers, with the fields, lengths and rights that are needed; all unless named')
    .option(...operatorOption)
    .addHelpText('after', examples('systems check', 'systems check erp --json'))
    .action(
      action<Options>(cli, async ({ api, args: [named], options, show, colours }) => {
        const operator = api('operator', options.operator);
        const ids = named === undefined ? (await systemsOf(operator)).systems.map(({ id }) => id) : [named];
        const checks = await Promise.all(ids.map((id) => checkOf(operator, id)));
        const findings = checks.flatMap(({ system, findings }) =>
          (findings.length === 0 ? [nothing] : findings).map((finding) => ({ system, ...finding })),
        );
        show({ checks }, () =>
          table(
            ['', 'system', 'what', 'found'],
            findings.map(({ system, what, ok, detail }) => [ok ? 'ok' : 'WRONG', system, what, detail]),
          ).replace(/^WRONG/gm, (word) => colours.red(word)),
        );
        return findings.every(({ ok }) => ok) ? exitCode.ok : exitCode.refused;
      }),
    );
}

const systemsOf = async (api: Api): Promise<z.output<typeof status>> =>
  accepted(await api({ method: 'GET', path: '/v1/admin/systems' }), status);

const checkOf = async (api: Api, id: string): Promise<z.output<typeof check>> =>
  accepted(await api({ method: 'POST', path: pathOf(id, 'check') }), check);

const turned = async (api: Api, { id, verb, body }: { id: string; verb: 'pause' | 'resume'; body: string }) =>
  accepted(await api({ method: 'POST', path: pathOf(id, verb), body }), systemRow);

function pathOf(id: string, verb: string): string {
  if (/^[a-z0-9_]{1,64}$/.test(id)) return `/v1/admin/systems/${id}/${verb}`;
  throw new CliError(exitCode.usage, `${id} is no system's name.`, { next: 'See npx countersign systems status.' });
}
