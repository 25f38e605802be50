import { commonFaults, type FaultKind } from '../../../lib/simulation/faults.ts';

const { 'token-revoked': _, ...common } = commonFaults;

/** Faults of the simulated portal: those of every system without the tokens that it has not, and those that only this kind has. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  ...common,
  'key-refused': { summary: 'Answers 401 as if the key were not known.', hits: 'any request', options: [] },
  'document-locked': {
    summary: 'Refuses with 423: somebody edits the record.',
    hits: 'modifying requests',
    options: [],
  },
};
