import type { StepOf } from './operation/operation.ts';
import type { Principal } from './policy/authorise.ts';

/** One call as it came over the wire; who signed is already proven. */
export interface ToolCall {
  readonly principal: Principal;
  readonly tool: string;
  /** All idempotency keys that were given. */
  readonly keys: readonly string[];
  readonly body: string;
  readonly traceId: string;
  /** The step of a saga that it is: its operation is that of the step, and it needs no key. Only the sagas' own entry says so. */
  readonly step?: StepOf;
}
