import {
  BadRequestException,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { expect, test, vi } from 'vitest';
import { approvalMail } from '../../../lib/aws/approval-mail.ts';
import { mailEventSchema } from '../../../lib/aws/mail-event.ts';
import { dossierSchema } from '../../../lib/core/approval/dossier.ts';
import { roundOf } from './approvals-store.ts';

const now = Date.parse('2026-11-20T15:00:00Z');
const dossier = dossierSchema.parse({
  ...{ action: 'Order', headline: 'PO EUR 12,400.00', facts: [], lines: [], lineHeadings: [], next: '', undo: '' },
  ...{ differences: [], material: {} },
});
const expiresAt = Date.parse('2026-11-24T15:00:00Z');
const round = roundOf('op_1-x.2', { operationId: 'op_1-x', round: 2, shown: JSON.stringify(dossier), expiresAt });

/** SES, which takes each mail or throws. */
function mailing(error?: Error) {
  const client = new SESv2Client({ region: 'eu-central-1' });
  const sent: SendEmailCommand['input'][] = [];
  vi.spyOn(client, 'send').mockImplementation(async (command: unknown) => {
    if (error) throw error;
    if (command instanceof SendEmailCommand) sent.push(command.input);
  });
  const person = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com` });
  const send = approvalMail(client, {
    ...{ from: 'countersign@example.com', configurationSet: 'lost-mails', peopleUrl: 'https://people.example' },
    ...{ approvers: { anna: person('Anna'), ben: person('Ben') }, timeZone: 'Europe/Berlin', now: () => now },
  });
  return { sent, to: (approver: string, more = {}) => send({ approval: { ...round, ...more }, approver, link: 'l1' }) };
}

const known = { $metadata: {}, message: 'no' };

test("a mail says until when, in the company's time zone, and has one link", async () => {
  const { sent, to } = mailing();
  expect(await to('anna')).toBe('sent');
  const simple = sent[0]?.Content?.Simple;
  expect(simple?.Headers).toEqual([{ Name: 'Auto-Submitted', Value: 'auto-generated' }]);
  expect(simple?.Subject?.Data).toBe('Approve by Tue 16:00: PO EUR 12,400.00');
  expect(simple?.Body?.Text?.Data).toContain('Decide by: Tuesday 24 November 2026, 16:00 CET');
  for (const text of [simple?.Body?.Text?.Data, simple?.Body?.Html?.Data])
    expect(text?.match(/https:[^"\s]*/g)).toEqual(['https://people.example/a/l1']);
});

test('a deadline of another week is told with its day', async () => {
  const { sent, to } = mailing();
  await to('anna', { expiresAt: Date.parse('2026-12-08T15:00:00Z') });
  expect(sent[0]?.Content?.Simple?.Subject?.Data).toMatch(/^Approve by Tue 8 Dec 16:00: /);
});

test.each([
  ['passed it on', { passedOn: [{ from: 'ben', to: 'anna', at: now }] }, 'Ben passed this question on to you.'],
  [
    'is absent',
    { passedOn: [{ from: 'ben', to: 'anna', at: now, absent: true }] },
    'You are asked in place of Ben, who is absent.',
  ],
  ['is missing', { absent: ['anna'] }, 'You are asked although you are absent'],
  ['did not answer', { escalation: { at: now, to: ['anna'], done: true } }, 'You are asked too, because'],
])('who is asked because somebody %s reads so', async (_, more, words) => {
  const { sent, to } = mailing();
  await to('anna', more);
  expect(sent[0]?.Content?.Simple?.Body?.Text?.Data).toContain(words);
});

test('who had a mail before is reminded', async () => {
  const { sent, to } = mailing();
  await to('anna', { links: { anna: 'h' } });
  expect(sent[0]?.Content?.Simple?.Subject?.Data).toMatch(/^Reminder: approve by /);
});

test('what SES tells of a mail later leads back to the question and the person', async () => {
  const { sent, to } = mailing();
  await to('ben');
  const tags = Object.fromEntries((sent[0]?.EmailTags ?? []).map(({ Name, Value }) => [Name, [Value]]));
  expect(tags).toMatchObject({ system: ['erp'] });
  for (const { Value } of sent[0]?.EmailTags ?? []) expect(Value).toMatch(/^[\w-]{1,256}$/);
  const event = { source: 'aws.ses', 'detail-type': 'Email Bounced', detail: { eventType: 'Bounce', mail: { tags } } };
  expect(mailEventSchema.parse(event)).toEqual({
    ...{ do: 'not-delivered', approvalId: 'op_1-x.2', approver: 'ben', reason: 'Email Bounced' },
  });
});

test('what is wrong with an address is told from what may be the sender, and from what may go better later', async () => {
  expect(await mailing(new BadRequestException(known)).to('anna')).toBe('unreachable');
  expect(await mailing().to('gone')).toBe('unreachable');
  expect(await mailing(new MessageRejected(known)).to('anna')).toBe('rejected');
  await expect(mailing(new TooManyRequestsException(known)).to('anna')).rejects.toThrow('no');
});
