import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';

const outputs = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Where a deployed API is. */
export interface DeployedApi {
  readonly apiUrl: string;
  readonly region: string;
}

const writeIt = 'Write it with npx cdk deploy --all --outputs-file cdk-outputs.json.';

/** Finds the API in the file that `cdk deploy --outputs-file` wrote. Throws `CliError` (usage). */
export function readDeployedApi(file: string, env: Readonly<Record<string, string | undefined>>): DeployedApi {
  const urls = Object.entries(readOutputs(file)).flatMap(([stack, values]) =>
    typeof values['ApiUrl'] === 'string' ? [{ stack, url: values['ApiUrl'] }] : [],
  );
  const [found, second] = urls;
  if (!found) throw new CliError(exitCode.usage, `${file} has no output ApiUrl.`, { next: writeIt });
  if (second)
    throw new CliError(exitCode.usage, `${file} has the ApiUrl of ${found.stack} and of ${second.stack}.`, {
      next: 'Keep one file for each stage.',
    });
  const apiUrl = found.url.replace(/\/+$/, '');
  if (!/^https:\/\/[\w.-]+(\/[\w-]+)*$/.test(apiUrl))
    throw new CliError(exitCode.usage, `The ApiUrl in ${file} is not an https address.`, { next: writeIt });
  return { apiUrl, region: regionOf(apiUrl, env) };
}

function readOutputs(file: string): z.output<typeof outputs> {
  try {
    return outputs.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(exitCode.usage, `${file} cannot be read as the outputs of a deployment.`, {
      next: writeIt,
      cause,
    });
  }
}

/** The region stands in the address, unless the API has a name of its own. */
function regionOf(apiUrl: string, env: Readonly<Record<string, string | undefined>>): string {
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(apiUrl)?.[1] ?? env['AWS_REGION'];
  if (region) return region;
  throw new CliError(exitCode.usage, `The region of ${apiUrl} does not stand in its name.`, {
    next: 'Set AWS_REGION.',
  });
}
