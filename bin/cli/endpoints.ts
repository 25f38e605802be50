import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';

const caller = z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), roleArn: z.string() });

const shape = z.object({
  apiUrl: z.url(),
  region: z.string(),
  agents: z.record(z.string(), caller),
  operators: z.record(z.string(), caller),
  systems: z.record(z.string(), z.object({ baseUrl: z.string(), controlUrl: z.string().optional() })),
});

/** What a running local stack wrote about itself: addresses, and the keys of its agents and operators. */
export type Endpoints = z.output<typeof shape>;

/** What to do where nothing runs. */
export const startOne =
  'Start one with npm start, or name the outputs of a deployment with --outputs cdk-outputs.json.';

/** Reads `<state>/endpoints.json`. Throws `CliError`: unreachable where no stack wrote one, usage where it cannot be read. */
export function readEndpoints(state: string): Endpoints {
  const file = join(state, 'endpoints.json');
  if (!existsSync(file))
    throw new CliError(exitCode.unreachable, `No stack is running here: there is no ${file}.`, { next: startOne });
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(exitCode.usage, `${file} is not what a stack of this version writes.`, {
      next: 'Start the stack again with npm start.',
      cause,
    });
  }
}
