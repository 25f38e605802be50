import { CountersignError } from '../../../../lib/core/errors.ts';
import type { Found, Write } from '../../../../lib/core/operation/write.ts';

/** What the model does with the next send. */
export type Behaviour = 'commit' | 'commit-then-reset' | 'lose' | 'refuse' | 'unavailable' | 'locked' | 'resend-once';

/** A system small enough to see through: a ledger, and a behaviour per send. */
export function modelErp() {
  const ledger: { reference: string; document: string }[] = [];
  const erp = { ledger, behaviour: 'commit' as Behaviour, sends: 0, lookups: 0, lookupFails: false };
  const commit = (reference: string) => {
    const document = `45${ledger.length + 1}`;
    ledger.push({ reference, document });
    return document;
  };
  const applied = (document: string): Found => ({ state: 'applied', document, result: JSON.stringify({ document }) });
  const write: Write = {
    needsBefore: false,
    maxServerTime: 600_000,
    lookupLag: 5_000,
    patience: 15_000,
    canLookUp: true,
    groupOf: () => undefined,
    before: async () => ({ image: '' }),
    async send({ reference }, { permit }) {
      await permit();
      erp.sends++;
      if (erp.behaviour === 'resend-once') {
        erp.behaviour = 'commit';
        await permit();
        erp.sends++;
      }
      if (erp.behaviour === 'unavailable') throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed');
      if (erp.behaviour === 'locked') throw new CountersignError('DOCUMENT_LOCKED', 'somebody is at work');
      if (erp.behaviour === 'refuse') throw new CountersignError('SUPPLIER_BLOCKED', 'blocked');
      if (erp.behaviour !== 'lose') {
        const document = commit(reference);
        if (erp.behaviour === 'commit') return { state: 'applied', document, result: JSON.stringify({ document }) };
      }
      throw new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' });
    },
    async find({ reference }) {
      erp.lookups++;
      if (erp.lookupFails) throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed');
      const [match, second] = ledger.filter((each) => each.reference === reference);
      if (second) return { state: 'review', reason: 'DUPLICATE_EFFECT', document: match?.document ?? '' };
      return match ? applied(match.document) : { state: 'absent' };
    },
  };
  return { erp, write, commit };
}
