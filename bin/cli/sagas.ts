import type { Command } from 'commander';
import * as z from 'zod';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import { bindingOf, deployedSagas } from '../../lib/core/saga/deployed.ts';
import { diagramOf } from '../../lib/core/saga/diagram.ts';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import { exitCodeOf, operationPath } from './operation-view.ts';
import { examples, operatorOption } from './options.ts';
import { type Parked, parked, reasonOption } from './parked.ts';
import { askedFor, type SagaView, sagaText, sagaView } from './saga-text.ts';
import { action, type Cli } from './session.ts';
import { table } from './table.ts';

interface Options {
  readonly operator?: string;
}

const stepOption = ['--step <step>', 'the step that is meant, as sagas show names it'] as const;

/** `sagas`: what calls several tools, and undoes what was done where it cannot go on. */
export function addSagas(program: Command, cli: Cli): void {
  const sagas = program.command('sagas').description('look after sagas: several writes, all of them or none');
  addList(sagas, cli);
  addShow(sagas, cli);
  addActs(sagas, cli);
  addDiagram(sagas, cli);
}

const page = z.looseObject({ sagas: z.array(parked), nextCursor: z.string().optional() });

function addList(sagas: Command, cli: Cli): void {
  sagas
    .command('list')
    .description('list the sagas that need a person, then those that are under way (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('sagas list', 'sagas list --json'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const found = await allSagas(api('operator', options.operator));
        show({ sagas: found }, () => (found.length === 0 ? 'No saga is under way.' : listed(found)));
        return undefined;
      }),
    );
}

async function allSagas(operator: Api): Promise<Parked[]> {
  const found: Parked[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, cursor };
    const next = accepted(await operator({ method: 'GET', path: '/v1/admin/sagas', query }), page);
    found.push(...next.sagas);
    cursor = next.nextCursor;
  } while (cursor !== undefined);
  return found;
}

const listed = (found: readonly Parked[]): string =>
  table(
    ['since', 'state', 'agent', 'saga', 'reason', 'operation'],
    found.map((each) => [
      ...[each.since ?? each.updatedAt, each.state, each.agent, each.tool, each.reason, each.operationId],
    ]),
  );

function addShow(sagas: Command, cli: Cli): void {
  sagas
    .command('show <id>')
    .description('show every step of a saga, and what the systems show now of what is left of it (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('sagas show ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const path = operationPath('/v1/admin/sagas', id);
        const saga = accepted(await api('operator', options.operator)({ method: 'GET', path }), sagaView);
        show(saga, () => `${sagaText(saga)}\n\n${askedFor(saga)}`);
        return exitCodeOf(saga.state);
      }),
    );
}

type Act = 'retry' | 'done' | 'confirm' | 'undo';

interface ActOptions extends Options {
  readonly step?: string;
  readonly reason?: string;
  readonly deviates?: true;
}

function addActs(sagas: Command, cli: Cli): void {
  const act = (what: Act, description: string, example: string) =>
    sagas
      .command(`${what} <id>`)
      .description(`${description} (as an operator)`)
      .option(...operatorOption)
      .addHelpText('after', examples(`sagas ${what} ID ${example}`))
      .action(
        action<ActOptions>(cli, async ({ api, args: [id = ''], options, show }) => {
          const { operator, step, reason, deviates } = options;
          const saga = await acted(api('operator', operator), id, what, { step, reason, deviates });
          show(saga, () => sagaText(saga));
          return endOf(what, step, saga);
        }),
      );
  act('retry', 'do a step again, or undo it again, that came to nothing', "--step Reserve_stock --reason 'unblocked'")
    .requiredOption(...stepOption)
    .requiredOption(...reasonOption);
  act('done', 'say that a step is undone; the system is asked whether it is', "--step Reserve_stock --reason 'by hand'")
    .requiredOption(...stepOption)
    .requiredOption(...reasonOption)
    .option('--deviates', 'although the system does not show it: then another operator confirms');
  act('confirm', 'confirm what another operator says of a step', '--step Reserve_stock').requiredOption(...stepOption);
  act('undo', 'give the way forward up: what was done is undone', "--reason 'no longer needed'").requiredOption(
    ...reasonOption,
  );
}

async function acted(operator: Api, id: string, what: Act, body: Omit<ActOptions, 'operator'>): Promise<SagaView> {
  const path = `${operationPath('/v1/admin/sagas', id)}/${what}`;
  return accepted(await operator({ method: 'POST', path, body: JSON.stringify(body) }), sagaView);
}

/** What one operator says without the system showing it does not count yet. */
function endOf(what: Act, step: string | undefined, { steps }: SagaView): ExitCode {
  const said = steps.find((each) => each.step === step)?.said;
  return what === 'done' && said && !said.shown && said.confirmedBy === undefined ? exitCode.pending : exitCode.ok;
}

function addDiagram(sagas: Command, cli: Cli): void {
  sagas
    .command('diagram [name]')
    .description('print the configured sagas, or one of them, as Mermaid flowcharts; needs no running stack')
    .addHelpText('after', examples('sagas diagram procure_material', 'sagas diagram --json'))
    .action(
      action(cli, async ({ args: [name], show }) => {
        const drawn = await diagrams();
        const chosen = name === undefined ? drawn : drawn.filter((each) => each.name === name);
        if (chosen.length === 0 && name !== undefined)
          throw new CliError(exitCode.usage, `The configuration has no saga ${name}.`, {
            next: `Choose one of: ${drawn.map((each) => each.name).join(', ')}.`,
          });
        show({ sagas: chosen }, () => chosen.map(({ diagram }) => diagram).join('\n\n'));
        return undefined;
      }),
    );
}

/** Loaded only where it is asked for: a stack that runs, or a deployment, has a configuration of its own. */
async function diagrams() {
  const { default: define } = await import('../../countersign.config.ts');
  const configuration = configurationFor(define, 'local');
  return deployedSagas(configuration).map((deployed) => ({
    name: deployed.saga.name,
    diagram: diagramOf(deployed.saga, bindingOf(deployed, configuration)),
  }));
}
