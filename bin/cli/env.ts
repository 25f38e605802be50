import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples } from './options.ts';
import { action, type Cli } from './session.ts';
import { shellWord } from './shell-text.ts';
import type { Target } from './target.ts';

/** `env`: what a program of an agent needs to call the API. */
export function addEnv(program: Command, cli: Cli): void {
  program
    .command('env [name]')
    .description("print an agent's or operator's address and keys as shell exports")
    .addHelpText(
      'after',
      `${examples('env buyer-agent', 'env --outputs cdk-outputs.json')}

Take them over into this shell:
  $ eval "$(npx countersign env buyer-agent)"

With --outputs only address and region are printed: a deployment hands out no keys.`,
    )
    .action(
      action(cli, async ({ args: [name], target, show }) => {
        const variables = variablesOf(target(), name);
        show(Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined)), () =>
          Object.entries(variables)
            .map(([key, value]) => (value === undefined ? `unset ${key}` : `export ${key}=${shellWord(value)}`))
            .join('\n'),
        );
        return undefined;
      }),
    );
}

function variablesOf({ endpoints, apiUrl, region }: Target, name: string | undefined) {
  const place = { AWS_REGION: region, AWS_DEFAULT_REGION: region, COUNTERSIGN_API_URL: apiUrl };
  if (!endpoints) {
    if (name === undefined) return place;
    throw new CliError(exitCode.usage, 'A deployment hands out no keys: leave the name away.', {
      next: 'Sign in as the role of the agent, with the ordinary AWS tools.',
    });
  }
  const callers = { ...endpoints.operators, ...endpoints.agents };
  const caller = Object.hasOwn(callers, name ?? '') ? callers[name ?? ''] : undefined;
  if (!caller)
    throw new CliError(exitCode.usage, name === undefined ? 'Whose keys?' : `The stack has no ${name}.`, {
      next: `Choose one of: ${Object.keys(callers).join(', ')}.`,
    });
  const { accessKeyId, secretAccessKey } = caller;
  // A session token or profile of before would win over, or go with, the keys.
  const old = { AWS_SESSION_TOKEN: undefined, AWS_PROFILE: undefined };
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...old, ...place };
}
