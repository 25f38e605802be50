import { amountText } from '../amount-text.ts';
import type { Connector } from '../connector.ts';
import type { Contract } from '../contract.ts';
import { CountersignError, isCountersignError } from '../errors.ts';
import { clean, isPassing } from '../operation/write.ts';
import type { CatalogueEntry } from '../system.ts';
import { isRead } from '../tool.ts';
import type { Briefing, BriefingFacts, BriefingRead } from './briefing.ts';
import type { Dossier } from './dossier.ts';
import { currencyFacts, limitFacts, type PolicyContext } from './policy-facts.ts';

/** What asking the system about an operation needs: the operation's arguments, and a way to read. */
export interface AskingAbout {
  readonly entry: CatalogueEntry;
  readonly input: unknown;
  /** The tools of the same system, by contract. */
  readonly reads: ReadonlyMap<string, CatalogueEntry>;
  readonly call: Parameters<typeof runRead>[2];
  now(): number;
  /** Told when a read failed; what it would have told is not known then. */
  failed(contract: string, error: unknown): void;
}

/** Asks the system for what an approver should know, and writes it down. Facts that the system does not give are missing, not invented. */
export async function brief(
  on: AskingAbout & { readonly policy: PolicyContext },
): Promise<Omit<Dossier, 'differences'>> {
  const { entry, input, policy } = on;
  const briefing = briefingOf(entry.contract);
  // No fact is younger than this.
  const asOf = on.now();
  const dossier = briefing.dossier({
    input,
    answers: await answersTo(Object.entries(briefing.reads(input)), on),
    asOf,
  });
  const amount = entry.contract.amountOf?.(input);
  return {
    ...dossier,
    facts: [...currencyFacts(amount, policy, asOf), ...dossier.facts, ...limitFacts(amount, policy)],
  };
}

/**
 * Asks the system for no more than what an approval stands on. Throws `SYSTEM_UNAVAILABLE` where it cannot tell for the
 * moment: nothing that was approved has changed by that.
 */
export async function materialNow(on: AskingAbout & Pick<Connector, 'mapError'>): Promise<Dossier['material']> {
  const { entry, input } = on;
  const failed: AskingAbout['failed'] = (contract, error) => {
    if (isPassing(isCountersignError(error) ? error : on.mapError(error)))
      throw new CountersignError('SYSTEM_UNAVAILABLE', 'What the approval stands on cannot be read now.', {
        cause: error,
      });
    on.failed(contract, error);
  };
  const briefing = briefingOf(entry.contract);
  const asked = Object.entries(briefing.reads(input)).filter(([, { material }]) => material);
  return briefing.dossier({ input, answers: await answersTo(asked, { ...on, failed }), asOf: on.now() }).material;
}

async function answersTo(
  asked: readonly (readonly [name: string, BriefingRead])[],
  { reads, call, failed }: AskingAbout,
): Promise<BriefingFacts['answers']> {
  const answers = asked.map(async ([name, read]) => {
    const tool = reads.get(read.contract);
    try {
      return [name, tool && (await runRead(tool, read.input, call))];
    } catch (error) {
      failed(read.contract, error);
      return [name, undefined];
    }
  });
  return Object.fromEntries(await Promise.all(answers));
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
