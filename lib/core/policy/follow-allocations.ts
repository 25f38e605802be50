import * as z from 'zod';
import { type AllocationUse, accountOf, amendAccount, restored, takenBack } from '../budget-account.ts';
import type { Contract } from '../contract.ts';
import { amendRecord, type Ledger } from '../ledger.ts';
import type { Operation } from '../operation/operation.ts';

/** What a document has used up, as its operation noted it: one record of the ledger for a document. */
const noteSchema = z.object({
  id: z.string(),
  version: z.int(),
  /** `line`: the part as the document calls it. */
  uses: z
    .array(z.object({ allocation: z.string(), operationId: z.string(), part: z.string(), line: z.string().optional() }))
    .optional(),
  /** What of it is cancelled: noted even where nobody has noted yet what it used. */
  cancelled: z.union([z.literal('all'), z.array(z.string())]).optional(),
});
type Note = z.output<typeof noteSchema>;

/** What following an operation stands on. */
export interface Following {
  readonly ledger: Ledger;
  readonly contract: Contract;
  /** Epoch ms. */
  readonly now: number;
  /** By the relay, which sees every change in the end: the call itself leaves to it what can wait. */
  readonly relayed: boolean;
}

/**
 * Makes the ledger say what became of an operation, any number of times with the same result: what had no effect, for good,
 * gives back what it used; a document that is there has used it, and what of it is cancelled gives it back.
 */
export async function followAllocations(operation: Operation, on: Following): Promise<void> {
  const { contract, ledger, relayed } = on;
  const { id: operationId, state, document, reopenable, editedAs } = operation;
  if (contract.cancelledParts) return state === 'applied' ? cancelled(operation, on) : undefined;
  const uses = usesOf(operation, contract);
  if (uses.length === 0) return;
  const used = uses.map((use) => ({ ...use, operationId }));
  const isOver = state === 'not_applied' || (state === 'dead' && editedAs !== undefined);
  if (isOver && !reopenable) await takenBack(ledger, used, 'not_applied');
  // It may be sent again, and take again what it needs. The relay is too late for this: it may have been sent by then.
  else if (isOver && !relayed) await takenBack(ledger, used);
  else if ((state === 'applied' || state === 'review') && document !== undefined)
    await confirm({ ...operation, document }, uses, on);
}

/** What an operation uses up of budgets. */
export function usesOf({ input }: Pick<Operation, 'input'>, contract: Contract): readonly AllocationUse[] {
  const { data, success } = contract.input.safeParse(JSON.parse(input));
  return success ? (contract.allocationsOf?.(data) ?? []) : [];
}

/** The document is there, whatever was believed before: it has used what it names, even where nothing is left. */
async function confirm(
  { id: operationId, system, document, result }: Operation & { readonly document: string },
  uses: readonly AllocationUse[],
  { ledger, contract, now }: Following,
): Promise<void> {
  for (const [account, ofAccount] of Map.groupBy(uses, ({ allocation }) => accountOf(allocation)))
    await amendAccount(ledger, account, (seen) =>
      ofAccount.reduce((kept, use) => restored(kept, use, { operationId, at: now }), seen),
    );
  const lines = result === undefined ? [] : (contract.partsOf?.(JSON.parse(result)) ?? []);
  const noted = uses.map(({ allocation, part }) => {
    const line = lines[Number(part)];
    return { allocation, operationId, part, ...(line !== undefined && { line }) };
  });
  await amendNote(ledger, { system, document }, (seen) => (seen.uses ? undefined : { ...seen, uses: noted }));
}

/** The call itself leaves a document of which it knows nothing to the relay. */
async function cancelled({ system, document, result }: Operation, on: Following): Promise<void> {
  const { ledger, contract, relayed } = on;
  const parts = result === undefined ? undefined : contract.cancelledParts?.(JSON.parse(result));
  if (document === undefined || parts === undefined) return;
  await amendNote(ledger, { system, document }, (seen) => (relayed || seen.uses ? without(seen, parts) : undefined));
}

function without(seen: Note, parts: 'all' | readonly string[]): Note | undefined {
  if (seen.cancelled === 'all') return undefined;
  if (parts === 'all') return { ...seen, cancelled: 'all' };
  const all = [...new Set([...(seen.cancelled ?? []), ...parts])].sort();
  return all.length === seen.cancelled?.length ? undefined : { ...seen, cancelled: all };
}

/** Whoever notes the second half of it, what it used or what is cancelled, gives back what both say. */
async function amendNote(
  ledger: Ledger,
  { system, document }: { readonly system: string; readonly document: string },
  change: (seen: Note) => Note | undefined,
): Promise<void> {
  // With spaces: no budget has such an id.
  const id = `document ${system} ${document}`;
  const { uses = [], cancelled: gone = [] } = await amendRecord(ledger, {
    ...{ id, schema: noteSchema, empty: { id, version: 0 }, change },
  });
  const back = uses.filter(({ line }) => gone === 'all' || (line !== undefined && gone.includes(line)));
  await takenBack(ledger, back, 'cancelled');
}
