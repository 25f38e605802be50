import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { approvalSchema } from '../core/approval/approval.ts';
import { logError } from './log.ts';

const { status, token } = approvalSchema.shape;
/** Only this much of a round: what later versions add to the rest must not keep an execution asleep. */
const roundSchema = z.object({ status, token });

/**
 * The token of the execution that waits for a round which is settled; nothing for pending rounds, and for links and
 * sign-ins, which alone have no status. Nothing either where this version cannot read the round: the machine's own
 * timeout looks at it then.
 */
export function tokenOfSettled(item: Readonly<Record<string, AttributeValue>>): string | undefined {
  if (!item['status']) return undefined;
  const told = { status: item['status'], ...(item['token'] && { token: item['token'] }) };
  const { success, data, error } = roundSchema.safeParse(unmarshall(told));
  if (!success) logError('an approval cannot be read', error, { approvalId: item['id']?.S ?? '' });
  return data?.status === 'pending' ? undefined : data?.token;
}
