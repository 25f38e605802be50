import { Command } from 'commander';
import { addApprovals } from './approvals.ts';
import { addApprovers } from './approvers.ts';
import { addCall } from './call.ts';
import { addDead } from './dead.ts';
import { addEnv } from './env.ts';
import { exitCodeHelp } from './exit-codes.ts';
import { addJournal } from './journal.ts';
import { addLogs } from './logs.ts';
import { addOperations } from './operations.ts';
import { examples } from './options.ts';
import { addReset } from './reset.ts';
import { addReview } from './review.ts';
import { addSagas } from './sagas.ts';
import type { Cli } from './session.ts';
import { addSnippet } from './snippet.ts';
import { addSystems } from './systems.ts';
import { addTools } from './tools.ts';

const exitCodes = `\nExit codes:\n${exitCodeHelp.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}\n`;

/** The whole command line. Nothing in it ends the process or writes past the host's terminal. */
export function programOf(cli: Cli): Command {
  const { out, note } = cli.host.terminal;
  const program = new Command('countersign')
    .description("calls tools as an agent and looks after operations: the operators' command line")
    .option('--json', 'machine-readable output, and nothing else, on standard output')
    .option('--state <directory>', 'state directory of the local stack', '.countersign')
    .option('--outputs <file>', 'talk to a deployment: the outputs file of cdk deploy, and ordinary AWS credentials')
    .option('--profile <name>', 'AWS profile to sign with; with --outputs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: out, writeErr: note })
    .showHelpAfterError('(add --help for options and examples)')
    .exitOverride()
    .addHelpText(
      'after',
      examples('tools', `call erp_get_stock --input '{"item":"RM-6204"}'`, 'operations explain ID', 'journal tail -f'),
    )
    .addHelpText('afterAll', exitCodes);
  addTools(program, cli);
  addCall(program, cli);
  addOperations(program, cli);
  addDead(program, cli);
  addReview(program, cli);
  addSagas(program, cli);
  addJournal(program, cli);
  addApprovals(program, cli);
  addApprovers(program, cli);
  addSystems(program, cli);
  addEnv(program, cli);
  addSnippet(program, cli);
  addLogs(program, cli);
  addReset(program, cli);
  return program;
}
