import type { ConfigurationByStage } from '../core/config.ts';
import { callTool } from '../core/pipeline.ts';
import type { environmentOf } from './environment.ts';
import { httpHandler, toolCallOf } from './http.ts';
import { largeAnswers } from './large-answers.ts';
import { measured } from './metrics.ts';
import { pipelineRuntime, type toolsVariables } from './pipeline-runtime.ts';

/** The handler of `POST /v1/tools/{tool}` for one system and access. */
export function serveTools(
  define: ConfigurationByStage,
  environment: ReturnType<typeof environmentOf<typeof toolsVariables>>,
) {
  const { runtime, results, settled } = pipelineRuntime(define, environment);
  const { SYSTEM: system } = environment;
  return httpHandler(async (event, traceId) => {
    const call = toolCallOf(event, traceId);
    const answer = await measured({ tool: call.tool, system }, () => callTool(call, runtime)).finally(settled);
    return largeAnswers(results, answer);
  });
}
