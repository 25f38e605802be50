import type { Change, Row } from '../../../lib/simulation/state.ts';
import { put } from './records.ts';

const day = 86_400_000;

/**
 * The portal from its start: A-1000001 and A-1000002 are in use, the second one with an order to confirm, so that it cannot
 * be closed; A-1000003 was opened and nobody was invited.
 */
export function seed({ now }: { readonly now: number }): readonly Change[] {
  const invitedAt = new Date(now - 90 * day).toISOString();
  const createdAt = new Date(now - 91 * day).toISOString();
  const used = { role: 'administrator', status: 'active', invitation: 'accepted', invitedAt, sessions: 1, version: 3 };
  const fresh = { role: 'orders', status: 'created', invitation: 'none', invitedAt: null, sessions: 0, version: 1 };
  const account = (fields: Row & { readonly id: string }) =>
    put('account', { createdAt, externalReference: null, openConfirmations: 0, ...fields });
  return [
    account({
      ...used,
      id: 'A-1000001',
      supplier: '17300001',
      name: 'Ingrid Norland',
      email: 'ingrid@norland.example',
    }),
    account({
      ...{ ...used, id: 'A-1000002', supplier: '17300002', name: 'Hugo Brandt', email: 'hugo@brandt.example' },
      openConfirmations: 1,
    }),
    account({ ...fresh, id: 'A-1000003', supplier: '17300002', name: 'Mia Brandt', email: 'mia@brandt.example' }),
  ];
}
