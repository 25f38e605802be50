import type * as z from 'zod';
import type { Change, Row } from '../../../lib/simulation/state.ts';
import { type bodies, isPartner } from './fields.ts';
import { mailed } from './mails.ts';
import { type Made, numbered, put, recordOf, textOf, type View } from './records.ts';
import { json, Refusal } from './refusal.ts';

/** Where and when an account is changed. */
export interface Moment {
  readonly view: View;
  /** Epoch ms. */
  readonly now: number;
}

/** An account as the portal shows it; its version is its entity tag. */
export const accountBody = (row: Row) => ({
  ...Object.fromEntries(
    ['id', 'supplier', 'name', 'email', 'role', 'status', 'createdAt'].map((field) => [field, textOf(row, field)]),
  ),
  version: Number(row['version']),
  externalReference: row['externalReference'] ?? null,
  invitation: { state: textOf(row, 'invitation'), sentAt: row['invitedAt'] ?? null },
  openConfirmations: Number(row['openConfirmations']),
  sessions: Number(row['sessions']),
});

/** One account as an answer. */
export const accountReply = (status: number, row: Row) =>
  json(status, accountBody(row), {
    etag: `"${row['version']}"`,
    ...(status === 201 && { location: `/portal/v1/accounts/${textOf(row, 'id')}` }),
  });

/** A new account. Throws 409 and 422. Nothing compares references: the same request makes another account of another address. */
export function opened(body: z.output<typeof bodies.account>, { view, now }: Moment): Made {
  const { invite, externalReference = null, ...fields } = body;
  const email = body.email.toLowerCase();
  if (!isPartner(body.supplier)) throw new Refusal(422, 'SUPPLIER_UNKNOWN', `There is no supplier ${body.supplier}.`);
  const other = view.rows('account').find((row) => row['email'] === email && row['status'] !== 'disabled');
  if (other) throw new Refusal(409, 'EMAIL_IN_USE', `Account ${textOf(other, 'id')} has this address.`);
  const { id, used } = numbered(view, { range: 'account', first: 1_000_101, prefix: 'A-' });
  const plain = {
    ...{ ...fields, id, email, externalReference, version: 1, status: 'created', invitation: 'none', invitedAt: null },
    ...{ sessions: 0, openConfirmations: 0, createdAt: new Date(now).toISOString() },
  };
  const invitation = invite ? invitationOf(plain, { view, now }) : { row: plain, changes: [] };
  return { row: invitation.row, numbers: [used], changes: [put('account', invitation.row), ...invitation.changes] };
}

/** An account that nobody can sign in to any more. Throws 409 while its person still has to confirm an order. */
export function disabled(id: string, { view }: Moment): Made {
  const account = recordOf(view, 'account', id);
  const open = Number(account['openConfirmations']);
  if (open > 0)
    throw new Refusal(409, 'OPEN_ORDER_CONFIRMATION', `${open} orders wait for the confirmation of account ${id}.`);
  const invitation = account['invitation'] === 'open' ? 'withdrawn' : textOf(account, 'invitation');
  const row = { ...next(account), status: 'disabled', sessions: 0, invitation };
  return { row, numbers: [], changes: [put('account', row)] };
}

/** An account whose person was invited: each time it is asked for, both mails go out again. Throws 409 where it is closed. */
export function invited(id: string, moment: Moment): Made {
  const account = recordOf(moment.view, 'account', id);
  if (account['status'] === 'disabled') throw new Refusal(409, 'ACCOUNT_DISABLED', `Account ${id} is closed.`);
  const { row, changes } = invitationOf({ ...account, ...next(account) }, moment);
  return { row, numbers: [], changes: [put('account', row), ...changes] };
}

/** The same account, one version later. */
export const next = (account: Row) => ({
  ...account,
  id: textOf(account, 'id'),
  version: Number(account['version']) + 1,
});

function invitationOf(
  account: Row & { readonly id: string },
  { view, now }: Moment,
): { row: Row & { id: string }; changes: Change[] } {
  const isActive = account['status'] === 'active';
  const row = {
    ...account,
    invitedAt: new Date(now).toISOString(),
    ...(!isActive && { status: 'invited', invitation: 'open' }),
  };
  const to = textOf(account, 'email');
  const about = account.id;
  const changes = mailed(view, now, [
    { to, about, kind: 'invitation', subject: 'Your account in our partner portal' },
    { to, about, kind: 'welcome', subject: 'Welcome as a partner' },
  ]);
  return { row, changes };
}
