import * as z from 'zod';
import type { Caller } from '../credentials.ts';
import { matchesPattern } from '../iam/pattern.ts';

/** A fault to set on calls of one action. `before`: the call is not carried out; `after`: it is, and its answer is lost. */
export const trapShape = z.strictObject({
  service: z.string(),
  action: z.string(),
  /** ARN of what is touched, with wildcards; any when absent. */
  resource: z.string().optional(),
  /** The function that calls; any caller when absent. */
  function: z.string().optional(),
  when: z.enum(['before', 'after']),
  do: z.enum(['kill-caller', 'lose-response', 'fail']),
  /** How many matching calls pass first. */
  skip: z.number().int().min(0).default(0),
  times: z.number().int().min(1).default(1),
});

/** A trap that is set. */
export type Trap = z.output<typeof trapShape>;

/** A call as traps see it. */
export interface TrappedCall {
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** Absent where nobody has to sign. */
  readonly caller: Caller | undefined;
}

/** The traps that are set. */
export interface Traps {
  set(trap: Trap): void;
  clear(): void;
  list(): readonly Trap[];
  /** Springs at most one trap on this call at this moment; killing the caller has then already happened. */
  spring(call: TrappedCall, when: Trap['when']): Trap['do'] | undefined;
}

/** An empty set of traps; `kill` ends the process of a caller. */
export const callTraps = (kill: (pid: number) => void): Traps => {
  let traps: Trap[] = [];
  const take = (call: TrappedCall, when: Trap['when']): Trap | undefined => {
    for (const [index, trap] of traps.entries()) {
      if (!matches(trap, call, when)) continue;
      if (trap.skip > 0) {
        traps[index] = { ...trap, skip: trap.skip - 1 };
        continue;
      }
      traps[index] = { ...trap, times: trap.times - 1 };
      traps = traps.filter(({ times }) => times > 0);
      return trap;
    }
    return undefined;
  };
  return {
    set: (trap) => void traps.push(trap),
    clear() {
      traps = [];
    },
    list: () => [...traps],
    spring(call, when) {
      const trap = take(call, when);
      if (trap?.do === 'kill-caller' && call.caller?.process) kill(call.caller.process.pid);
      return trap?.do;
    },
  };
};

const matches = (trap: Trap, { service, action, resources, caller }: TrappedCall, when: Trap['when']): boolean =>
  trap.service === service &&
  trap.action === action &&
  trap.when === when &&
  (trap.resource === undefined || resources.some((arn) => matchesPattern(arn, trap.resource ?? '*'))) &&
  (trap.function === undefined || trap.function === caller?.process?.function) &&
  (trap.do !== 'kill-caller' || caller?.process !== undefined);
