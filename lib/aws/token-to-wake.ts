import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { approvalSchema } from '../core/approval/approval.ts';
import { logError } from './log.ts';

const { status, token, again } = approvalSchema.shape;
/** Only this much of a round: what later versions add to the rest must not keep an execution asleep. */
const roundSchema = z.object({ status, token, again });

/**
 * The token of the execution that waits for a round which is settled, or of which somebody has to be told; nothing for
 * other pending rounds, and for links, absences and sign-ins, which alone have no status. Nothing either where this
 * version cannot read the round: the machine's own timeout looks at it then.
 */
export function tokenToWake(item: Readonly<Record<string, AttributeValue>>): string | undefined {
  if (!item['status']) return undefined;
  const told = Object.fromEntries(
    Object.keys(roundSchema.shape).flatMap((name) => (item[name] ? [[name, item[name]]] : [])),
  );
  const { success, data, error } = roundSchema.safeParse(unmarshall(told));
  if (!success) logError('an approval cannot be read', error, { approvalId: item['id']?.S ?? '' });
  return data?.status === 'pending' && !data.again ? undefined : data?.token;
}
