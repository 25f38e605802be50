import { canonicalJson } from '../canonical.ts';
import type { Contract } from '../contract.ts';
import { CountersignError } from '../errors.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Operations } from './operation.ts';
import { recover } from './recover.ts';
import type { Write } from './write.ts';

/**
 * Rules are for what is still to be sent. What they refuse today may be the retry of what they allowed yesterday: that is
 * answered from its record, looked up where nobody knows yet, and never sent again. Throws the refusal where there is no
 * such record, or where it surely had no effect.
 */
export async function recordedOr(
  refusal: CountersignError,
  call: {
    readonly id: string;
    readonly contract: Contract;
    readonly input: unknown;
    readonly bound: Write;
    readonly operations: Operations;
  },
): Promise<Answer> {
  const { operations, bound } = call;
  const known = await operations.get(call.id).catch((cause: unknown) => {
    throw new CountersignError('STORE_UNAVAILABLE', 'Whether this key was used before cannot be told now.', { cause });
  });
  if (!known || !isSame(call.contract, known.input, call.input)) throw refusal;
  // Where the lookup cannot be recorded, what is recorded still holds.
  const operation = await recover(operations, bound, known, { resend: false }).catch(() => known);
  if (operation.state === 'not_applied' && operation.reopenable) throw refusal;
  return answerOf(operation, { now: operations.now(), replayed: true });
}

/** Whether recorded arguments are those of this call, read as the contract reads them now. */
function isSame({ input: schema }: Contract, recorded: string, input: unknown): boolean {
  const { success, data } = schema.safeParse(JSON.parse(recorded));
  return success && canonicalJson(data) === canonicalJson(input);
}
