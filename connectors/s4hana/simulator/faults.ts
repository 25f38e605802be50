import Big from 'big.js';
import { type ArmedFault, commonFaults, type FaultKind } from '../../../lib/simulation/faults.ts';
import { businessError, type ODataError } from './odata/error.ts';

/** Faults of the simulated S/4HANA: those of every system, and those that only this kind has. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  ...commonFaults,
  'csrf-expired': {
    summary: 'Ends every security session: 403 with X-CSRF-Token: Required.',
    hits: 'modifying requests',
    options: [],
  },
  reprice: {
    summary: 'Takes another net price than was sent: times `factor` (1.1), or `amount`.',
    hits: 'modifying requests',
    options: ['factor', 'amount'],
  },
  'document-locked': {
    summary: 'Refuses with 400: the document is being processed by `user` (MMUELLER).',
    hits: 'modifying requests',
    options: ['user'],
  },
};

/** What the `reprice` fault makes of a net price (at most three digits after the point, two where they suffice). */
export const repriced = (fault: ArmedFault, price: string): string => {
  if (fault.amount !== undefined) return fault.amount;
  return new Big(price || '0')
    .times(fault.factor ?? '1.1')
    .round(2, Big.roundHalfUp)
    .toFixed();
};

/** The refusal of a document that a person has open for change. */
export const documentLocked = (fault: ArmedFault, document: string): ODataError =>
  businessError('ME/006', `Document ${document} is being processed by user ${fault.user ?? 'MMUELLER'}.`);
