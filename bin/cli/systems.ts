import type { Command } from 'commander';
import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples, operatorOption } from './options.ts';
import { action, type Cli } from './session.ts';
import { table } from './table.ts';

interface Options {
  readonly operator?: string;
}

const status = z.looseObject({
  systems: z.array(z.looseObject({ id: z.string(), kind: z.string(), isaLevel: z.int(), tools: z.array(z.string()) })),
});
const check = z.looseObject({
  system: z.string(),
  findings: z.array(z.looseObject({ what: z.string(), ok: z.boolean(), detail: z.string() })),
});

/** A check that looked at nothing has proven nothing. */
const nothing = { what: 'check', ok: false, detail: 'nothing was checked' };

/** `systems`: what is connected, and whether it works. */
export function addSystems(program: Command, cli: Cli): void {
  const systems = program.command('systems').description('see the connected systems and check them');
  systems
    .command('status')
    .description('list the configured systems (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('systems status'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const body = await systemsOf(api('operator', options.operator));
        show(body, () =>
          table(
            ['system', 'kind', 'isa-95 level', 'tools'],
            body.systems.map(({ id, kind, isaLevel, tools }) => [id, kind, isaLevel, tools.length]),
          ),
        );
        return undefined;
      }),
    );
  addCheck(systems, cli);
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

async function checkOf(api: Api, id: string): Promise<z.output<typeof check>> {
  if (!/^[a-z0-9_]{1,64}$/.test(id))
    throw new CliError(exitCode.usage, `${id} is no system's name.`, { next: 'See npx countersign systems status.' });
  return accepted(await api({ method: 'POST', path: `/v1/admin/systems/${id}/check` }), check);
}
