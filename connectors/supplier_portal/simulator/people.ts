import type { Change, Row, State } from '../../../lib/simulation/state.ts';
import { next } from './accounts.ts';
import { put, recordOf } from './records.ts';

type Act = (
  view: Pick<State, 'rows' | 'row'>,
  now: number,
  given: Readonly<Record<string, string>>,
) => readonly Change[];

/** Changes one account that is named. */
const ofAccount =
  (change: (account: Row) => Row): Act =>
  (view, _, { account: id }) => {
    const account = recordOf(view, 'account', id);
    return [put('account', { ...next(account), ...change(account), id: String(account['id']) })];
  };

const confirmations = (by: number) => (account: Row) => ({
  openConfirmations: Math.max(0, Number(account['openConfirmations']) + by),
});

/** What people do who use the portal, each for `account`. */
export const people: Readonly<Record<string, Act>> = {
  /** A buyer sends an order that the account's person has to confirm: until then it cannot be closed. */
  'send-order': ofAccount(confirmations(1)),
  'confirm-order': ofAccount(confirmations(-1)),
  /** The person who was invited signs in. */
  'accept-invitation': ofAccount((account) => {
    if (account['invitation'] !== 'open') throw new Error('There is no open invitation.');
    return { status: 'active', invitation: 'accepted', sessions: 1 };
  }),
};
