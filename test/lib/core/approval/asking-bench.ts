import type { Absence } from '../../../../lib/core/approval/absence.ts';
import type { Approval } from '../../../../lib/core/approval/approval.ts';
import { type Asking, ask, type Sent } from '../../../../lib/core/approval/ask.ts';
import { type CarryingOut, carryOut } from '../../../../lib/core/approval/carry-out.ts';
import { notDelivered } from '../../../../lib/core/approval/escalation.ts';
import type { Approver } from '../../../../lib/core/approval/settings.ts';
import { afterHours, type Hours } from '../../../../lib/core/approval/working-time.ts';
import type { Journal, JournalEntry } from '../../../../lib/core/journal.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';
import { modelErp } from '../operation/model-erp.ts';
import { memoryApprovals } from './memory-approvals.ts';

/** One hour in ms. */
export const hour = 3_600_000;

const names = ['anna', 'ben', 'carla', 'dora', 'emil'];
const everybody: Record<string, Approver> = Object.fromEntries(
  names.map((name) => [name, { name: name.toUpperCase(), email: `${name}@example.com` }]),
);

/** What a bench starts with. */
export interface BenchOptions {
  readonly asked?: Partial<NonNullable<Operation['approval']>>;
  readonly approvers?: Readonly<Record<string, Partial<Approver>>>;
  readonly absences?: Readonly<Record<string, Absence>>;
  readonly hours?: Hours;
  /** Called for each mail: an error fails the send. */
  deliver?(approver: string): Promise<Error | Exclude<Sent, object> | undefined>;
}

/** An operation that waits, whoever it asks, and the machine's two steps, on a clock that a test moves. */
export async function asking({
  asked = {},
  approvers = {},
  absences = {},
  hours = { timeZone: 'UTC' },
  deliver = async () => undefined,
}: BenchOptions = {}) {
  const { operations, state } = memoryOperations();
  const { approvals } = memoryApprovals();
  const approval = { need: 1, of: ['anna', 'ben'], why: 'above the limit', within: 72, round: 1, ...asked };
  await operations.open(draftOf('o1', state.now, { state: 'awaiting_approval', attempts: 0, approval }));
  const mails: { to: string; round: Approval }[] = [];
  const woken: string[] = [];
  const unanswered: string[] = [];
  const entries = new Map<string, JournalEntry>();
  const journal: Journal = {
    append: async (entry) => {
      const key = `${entry.id} ${entry.version}`;
      if (!entries.has(key)) entries.set(key, entry);
    },
  };
  const people = Object.fromEntries(
    Object.entries(everybody).map(([name, person]) => [name, { ...person, ...approvers[name] }]),
  );
  const on: Asking = {
    ...{ operations, approvals, journal, approvers: people },
    absenceOf: async (name) => absences[name],
    hoursAfter: (start, count) => afterHours(start, count, hours),
    facts: async () => ({
      ...{ action: 'Order', headline: 'PO', facts: [], lines: [], lineHeadings: [], next: '', undo: '', material: {} },
    }),
    async send({ approval: round, approver }) {
      const failure = await deliver(approver);
      if (failure instanceof Error) throw failure;
      if (failure !== undefined) return failure;
      mails.push({ to: approver, round });
      return { hash: `hash-${approver}-${mails.length}` };
    },
    wake: async (token) => void woken.push(token),
    unanswered: ({ id }) => void unanswered.push(id),
  };
  const { write, erp } = modelErp();
  const carrying: CarryingOut = {
    ...{ operations, approvals, journal, write: async () => write },
    recheck: async () => [],
  };
  let tokens = 0;
  const round = async (): Promise<Approval> => {
    const found = await approvals.get('o1.1');
    if (!found) throw new Error('nobody was asked');
    return found;
  };
  return {
    on,
    state,
    erp,
    woken,
    unanswered,
    approvals,
    round,
    /** The step that asks, with a new token. */
    ask: () => ask('o1', `token-${++tokens}`, on),
    /** The step that looks. */
    look: () => carryOut('o1', carrying),
    bounce: (approver: string) =>
      notDelivered({ approvalId: 'o1.1', approver, reason: 'Email Bounced' }, { ...on, now: operations.now }),
    mailed: () => mails.map(({ to }) => to),
    journaled: () => [...entries.values()].map(({ type, by, approver, reason }) => ({ type, by, approver, reason })),
  };
}
