import * as z from 'zod';
import { civilDate } from '../core/civil-date.ts';
import type { ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { bindWrite } from '../core/operation/write.ts';
import { callTool } from '../core/pipeline.ts';
import { park } from '../core/saga/park.ts';
import { runStep } from '../core/saga/run-step.ts';
import { type Undoing, undoStep } from '../core/saga/undo-step.ts';
import { isRead } from '../core/tool.ts';
import { stepFunctions } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { pipelineRuntime, type toolsVariables } from './pipeline-runtime.ts';
import { errorCode, templateSchema } from './template-schema.ts';
import { wakeExecution } from './wake-execution.ts';

const asked = z.discriminatedUnion('do', [
  z.strictObject({
    ...{ do: z.literal('step'), saga: z.string(), step: z.string(), tool: z.string(), input: templateSchema },
    asks: z.literal(true).optional(),
    patience: z.strictObject({ codes: z.array(errorCode), hours: templateSchema }).optional(),
  }),
  z.strictObject({
    ...{ do: z.literal('undo'), saga: z.string(), step: z.string(), tool: z.string() },
    undo: z.string().optional(),
  }),
  z.strictObject({
    ...{ do: z.literal('await'), saga: z.string(), step: z.string() },
    ...{ undoing: z.boolean(), token: z.string() },
  }),
]);

/**
 * The sagas' own entry to the tools of one system at one access. Only machines call it. In whose name a step is carried out
 * is read from the operation of its saga; the event says which step it is, and what the machine knows of it.
 */
export function serveSteps(
  define: ConfigurationByStage,
  environment: ReturnType<typeof environmentOf<typeof toolsVariables>>,
) {
  const { runtime, settled, clock } = pipelineRuntime(define, environment);
  const { operations, configuration, catalogue, ground } = runtime;
  const wake = wakeExecution(stepFunctions());
  const on: Undoing = {
    operations,
    call: (call) => callTool(call, runtime),
    entryOf: (tool) => catalogue.get(tool),
    async write({ tool: id, system }) {
      const tool = await catalogue.get(id)?.load();
      if (!tool || isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `${system} no longer has ${id}.`);
      return bindWrite(tool, await ground(system));
    },
    today: () => civilDate(clock.now(), configuration.timeZone),
  };
  return async (event: unknown): Promise<object> => {
    try {
      const call = asked.parse(event);
      if (call.do === 'step') return await runStep(call, on);
      if (call.do === 'undo') return await undoStep(call, on);
      await park(call, { operations, wake });
      return {};
    } catch (error) {
      logError('a step of a saga could not go on', error);
      throw error;
    } finally {
      await settled();
    }
  };
}
