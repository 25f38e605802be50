import * as z from 'zod';
import { progressSchema } from '../core/operation/operation.ts';
import { begin, commit, end, refuse, test } from '../core/saga/finish.ts';
import { park } from '../core/saga/park.ts';
import { comparisons } from '../core/saga/saga.ts';
import { stepFunctions } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { stores } from './runtime.ts';
import { errorCode, templateSchema } from './template-schema.ts';
import { wakeExecution } from './wake-execution.ts';

/** What the function of `serveSagaTurns` has in its environment. */
export const sagaTurnsVariables = ['OPERATIONS_TABLE', 'RESULTS_BUCKET'] as const;

const saga = z.string();

const turn = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('begin'), saga, plan: progressSchema.shape.plan }),
  z.strictObject({
    ...{ do: z.literal('test'), saga, step: z.string(), is: z.enum(comparisons) },
    ...{ left: templateSchema, right: templateSchema.optional() },
  }),
  z.strictObject({ do: z.literal('refuse'), saga, step: z.string(), code: errorCode, detail: z.string() }),
  z.strictObject({ do: z.literal('commit'), saga, result: templateSchema }),
  z.strictObject({ do: z.literal('end'), saga }),
  z.strictObject({ do: z.literal('await'), saga, token: z.string() }),
]);

/** What the machines of sagas call that no system has to do with: a saga begins, chooses, ends, or waits for a person. What is true is read from the operations; the event says only which saga, and what its machine says of it. */
export function serveSagaTurns(environment: ReturnType<typeof environmentOf<typeof sagaTurnsVariables>>) {
  const { operations } = stores({ operations: environment.OPERATIONS_TABLE, results: environment.RESULTS_BUCKET });
  const wake = wakeExecution(stepFunctions());
  const take = (asked: z.output<typeof turn>) => {
    switch (asked.do) {
      case 'begin':
        return begin(asked, operations);
      case 'test':
        return test(asked, operations);
      case 'refuse':
        return refuse(asked, operations);
      case 'commit':
        return commit(asked, operations);
      case 'end':
        return end(asked, operations);
      case 'await':
        return park(asked, { operations, wake });
    }
  };
  return async (event: unknown): Promise<object> => {
    try {
      return (await take(turn.parse(event))) ?? {};
    } catch (error) {
      logError('a saga could not go on', error);
      throw error;
    }
  };
}
