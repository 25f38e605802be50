import type { Api } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { act, type Parked } from './parked.ts';

/** What redriving several operations came to. */
export interface Redriven {
  readonly redriven: readonly Parked[];
  readonly refused: readonly { readonly operationId: string; readonly message: string; readonly problem: unknown }[];
}

/** Redrives one after the other, at most so many in a minute, and tells how far it is. What is refused does not stop the rest; an interruption does. */
export async function redriveAll(
  operator: Api,
  ids: readonly string[],
  { reason, rate, host }: { readonly reason: string; readonly rate?: number | undefined; readonly host: Host },
): Promise<Redriven> {
  const redriven: Parked[] = [];
  const refused: Redriven['refused'][number][] = [];
  const interrupted = rate === undefined ? undefined : host.terminal.interrupted();
  for (const [n, id] of ids.entries()) {
    if (n > 0 && interrupted) await host.sleep(60_000 / (rate ?? 1), interrupted);
    if (interrupted?.aborted) break;
    try {
      redriven.push(await act(operator, id, 'redrive', { reason }));
    } catch (error) {
      // What one operation is refused for says nothing of the others; without an answer there is nobody to ask.
      if (!(error instanceof CliError) || error.exitCode !== exitCode.refused) throw error;
      refused.push({ operationId: id, message: error.message, problem: error.problem });
      host.terminal.note(`${id}: ${error.message}\n`);
    }
    if (ids.length > 1) host.terminal.note(`${n + 1} of ${ids.length}\n`);
  }
  return { redriven, refused };
}
