import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isAbsentOn } from '../core/approval/absence.ts';
import type { Approval } from '../core/approval/approval.ts';
import type { Asking } from '../core/approval/ask.ts';
import { afterHours } from '../core/approval/working-time.ts';
import type { Configuration } from '../core/config.ts';
import { newLink } from '../people/link.ts';
import { absencesTable } from './absences-table.ts';
import { approvalLinks } from './approval-links.ts';
import { approvalMail } from './approval-mail.ts';
import { sesv2, stepFunctions } from './clients.ts';
import { logError } from './log.ts';
import { unansweredQuestion } from './metrics.ts';
import { wakeExecution } from './wake-execution.ts';

/** Where people are asked, and what of. */
export interface AskingSettings {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly from: string;
  readonly configurationSet: string;
  readonly peopleUrl: string;
  /** Epoch ms. */
  now(): number;
  /** The day, as the company counts it. */
  today(): string;
}

/** How people of a configuration are asked: by mail, each with a link of their own, in the company's hours, and not while they are absent. */
export function askingPeople(
  { approvers = {}, approvals, timeZone }: Configuration,
  { client, table, today, ...mail }: AskingSettings,
): Pick<Asking, 'approvers' | 'absenceOf' | 'hoursAfter' | 'send' | 'wake' | 'unanswered'> {
  const absences = absencesTable(client, table);
  const links = approvalLinks(client, table);
  const mailTo = approvalMail(sesv2(), { ...mail, approvers, timeZone });
  return {
    approvers,
    hoursAfter: (start, hours) => afterHours(start, hours, { timeZone, workingTime: approvals?.workingTime }),
    async absenceOf(approver) {
      const absence = await absences.get(approver);
      return isAbsentOn(today(), absence) ? absence : undefined;
    },
    async send({ approval, approver, expiration }) {
      const { id: link, hash } = newLink();
      await links.put(hash, { approvalId: approval.id, approver, expiration });
      const sent = await mailTo({ approval, approver, link });
      return sent === 'sent' ? { hash } : sent;
    },
    wake: wakeExecution(stepFunctions()),
    unanswered,
  };
}

function unanswered({ id, system }: Approval): void {
  logError('a question reaches nobody who was not asked before', new Error('undelivered'), { approvalId: id });
  unansweredQuestion(system);
}
