import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Endpoints } from '../../bin/local-stack.ts';

interface Told extends Endpoints {
  readonly origin: string;
  readonly simulators: readonly number[];
}

/** The whole product in a process of its own, which can die as a machine does. */
export interface StackApart extends Endpoints {
  readonly aws: { readonly origin: string };
  /** SIGKILL for it, its functions and the systems beside it. */
  die(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the product on what is in `state`; `config` is the path of a configuration. */
export async function startStackApart(config: string, functions: string, state: string): Promise<StackApart> {
  const child = fork(join(import.meta.dirname, 'stack-process.ts'), [config, functions, state]);
  const exited = once(child, 'exit');
  const told = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (!told) throw new Error('the product did not start');
  const { origin, simulators, ...endpoints } = told[0] as Told;
  return {
    ...endpoints,
    aws: { origin },
    die: async () => {
      for (const pid of simulators) process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await exited;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
