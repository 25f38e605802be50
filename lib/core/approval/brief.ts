import { amountText } from '../amount-text.ts';
import type { Contract } from '../contract.ts';
import { clean } from '../operation/write.ts';
import type { CatalogueEntry } from '../system.ts';
import { isRead } from '../tool.ts';
import type { Briefing } from './briefing.ts';
import type { Dossier } from './dossier.ts';
import { currencyFacts, limitFacts, type PolicyContext } from './policy-facts.ts';

/** What writing a briefing needs: the operation's arguments, and a way to read from its system. */
export interface BriefingOn {
  readonly entry: CatalogueEntry;
  readonly input: unknown;
  /** The tools of the same system, by contract. */
  readonly reads: ReadonlyMap<string, CatalogueEntry>;
  readonly call: Parameters<typeof runRead>[2];
  readonly policy: PolicyContext;
  now(): number;
  /** Told when a read failed; the dossier then says that the fact is not known. */
  failed(contract: string, error: unknown): void;
}

/** Asks the system for what an approver should know, and writes it down. Facts that the system does not give are missing, not invented. */
export async function brief({
  entry,
  input,
  reads,
  call,
  policy,
  now,
  failed,
}: BriefingOn): Promise<Omit<Dossier, 'differences'>> {
  const briefing: Briefing = briefingOf(entry.contract);
  // No fact is younger than this.
  const asOf = now();
  const asked = Object.entries(briefing.reads(input));
  const answers = await Promise.all(
    asked.map(async ([name, read]) => {
      const tool = reads.get(read.contract);
      try {
        return [name, tool && (await runRead(tool, read.input, call))];
      } catch (error) {
        failed(read.contract, error);
        return [name, undefined];
      }
    }),
  );
  const dossier = briefing.dossier({ input, answers: Object.fromEntries(answers), asOf });
  const amount = entry.contract.amountOf?.(input);
  return {
    ...dossier,
    facts: [...currencyFacts(amount, policy, asOf), ...dossier.facts, ...limitFacts(amount, policy)],
  };
}

async function runRead(
  entry: CatalogueEntry,
  input: unknown,
  call: {
    readonly client: unknown;
    readonly organisation: Readonly<Record<string, string>>;
    readonly today: string;
    readonly patience: number;
  },
): Promise<unknown> {
  const tool = await entry.load();
  if (!isRead(tool)) throw new Error(`${entry.id} is not a read`);
  const { patience, ...rest } = call;
  const body = await tool.run(entry.contract.input.parse(input), { ...rest, signal: AbortSignal.timeout(patience) });
  const fresh = { asOf: new Date(0).toISOString(), source: entry.system, lagMs: 0, version: '-' };
  return clean(entry.contract.output, { ...fresh, ...body });
}

/** The facts on which an approval was given that are no longer so, in words. */
export const changedFacts = (before: Dossier['material'], now: Dossier['material']): string[] =>
  Object.keys({ ...before, ...now })
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name}: was ${before[name] ?? 'not known'}, is ${now[name] ?? 'not known'}`);

/** The dossier of a contract; one that brings no briefing of its own is shown by its arguments. */
const briefingOf = (contract: Contract): Briefing => contract.briefing?.() ?? plainBriefing(contract);

const plainBriefing = ({ name, summary, amountOf }: Contract): Briefing => ({
  reads: () => ({}),
  dossier: ({ input, asOf }) => {
    const amount = amountOf?.(input);
    const words = name.replaceAll('_', ' ');
    const headline = amount ? `${words} ${amountText(amount.currency, amount.amount)}` : words;
    return {
      action: headline,
      headline,
      facts: leaves(input).map(([label, value]) => ({ label, value, untrusted: true, asOf })),
      lineHeadings: [],
      lines: [],
      next: summary,
      undo: 'See the description of the tool.',
      material: {},
    };
  },
});

/** Every value of the arguments with its path. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path ? `${path}.${name}` : name));
}
