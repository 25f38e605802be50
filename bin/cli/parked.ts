import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { operationPath, operationView } from './operation-view.ts';
import { reasonText } from './reasons.ts';
import { pairs, table } from './table.ts';

/** An operation as those see it who look after it. */
export const parked = operationView.extend({
  agent: z.string(),
  system: z.string().optional(),
  /** The step of a saga that it is. */
  step: z.looseObject({ saga: z.string(), of: z.string(), name: z.string() }).optional(),
  /** When it came into its state, ISO 8601. */
  since: z.string().optional(),
  /** Code of the last attempt's error. */
  lastError: z.string().optional(),
  claim: z.looseObject({ by: z.string(), until: z.string() }).optional(),
  proposal: z
    .looseObject({
      what: z.string(),
      by: z.string(),
      at: z.string(),
      why: z.string(),
      document: z.string().optional(),
      input: z.string().optional(),
    })
    .optional(),
  redriven: z.looseObject({ times: z.int(), at: z.string() }).optional(),
  editedFrom: z.string().optional(),
  editedAs: z.string().optional(),
});
const page = z.looseObject({ operations: z.array(parked), nextCursor: z.string().optional() });
const systems = z.looseObject({ systems: z.array(z.looseObject({ id: z.string() })) });

/** An operation that waits, or has waited, for an operator. */
export type Parked = z.output<typeof parked>;

/** What an operator can do to an operation. */
export type OperationAct = 'redrive' | 'discard' | 'edit' | 'claim' | 'resolve' | 'confirm';

/** `--reason`, where somebody has to say why. */
export const reasonOption = ['--reason <text>', 'why; stands in the journal'] as const;

/** What sagas have in the place of a system. */
export const sagaSystem = 'saga';

/** Of all systems unless one is named, sagas in review among them, those first that have waited longest. */
export async function listParked(api: Api, what: 'dead' | 'reviews', system: string | undefined): Promise<Parked[]> {
  const sagas = what === 'reviews' ? [sagaSystem] : [];
  const asked = system === undefined ? [...(await systemsOf(api)), ...sagas] : [system];
  const found: Parked[] = [];
  for (const each of asked) {
    let cursor: string | undefined;
    do {
      const query = { system: each, limit: 100, cursor };
      const next = accepted(await api({ method: 'GET', path: `/v1/admin/${what}`, query }), page);
      found.push(...next.operations);
      cursor = next.nextCursor;
    } while (cursor !== undefined);
  }
  return found.sort((left, right) => (sinceOf(left) < sinceOf(right) ? -1 : 1));
}

const systemsOf = async (api: Api): Promise<string[]> =>
  accepted(await api({ method: 'GET', path: '/v1/admin/systems' }), systems).systems.map(({ id }) => id);

/** Does something to an operation, and answers it as it is then. */
export async function act(api: Api, id: string, what: OperationAct, body: object = {}): Promise<Parked> {
  const path = `${operationPath('/v1/admin/operations', id)}/${what}`;
  return accepted(await api({ method: 'POST', path, body: JSON.stringify(body) }), parked);
}

/** One line each. */
export const parkedTable = (rows: readonly Parked[]): string =>
  table(
    ['since', 'agent', 'tool', 'sends', 'reason', 'state of it', 'operation'],
    rows.map((row) => [
      ...[sinceOf(row), row.agent, row.tool, row.attempts, row.lastError ?? row.reason],
      ...[stateOfIt(row), row.operationId],
    ]),
  );

/** Everything that is known of one, for people. */
export function parkedText(row: Parked): string {
  const { operationId, tool, agent, state, reason, lastError, document, reference, attempts, createdAt } = row;
  const { redriven, editedFrom, editedAs, claim, proposal, step } = row;
  return pairs({
    ...{ operation: operationId, tool, agent, state, since: sinceOf(row) },
    reason: state === 'running' && reason === undefined ? undefined : reasonText(reason),
    ...(lastError !== undefined && { 'last error': reasonText(lastError) }),
    ...(step && { step: `${step.name} of saga ${step.saga}` }),
    ...{ sends: attempts, document, reference, asked: createdAt },
    ...(redriven && { redriven: `${redriven.times} time(s), last at ${redriven.at}` }),
    ...(claim && { claimed: `by ${claim.by} until ${claim.until}` }),
    ...(proposal && { proposed: `${wordsOf(proposal)} by ${proposal.by} at ${proposal.at}: ${proposal.why}` }),
    'takes the place of': editedFrom,
    'replaced by': editedAs,
    next: row.nextAction,
  });
}

const sinceOf = ({ since, updatedAt }: Parked): string => since ?? updatedAt;

function stateOfIt({ editedAs, proposal, claim, redriven }: Parked): string | undefined {
  if (editedAs !== undefined) return `replaced by ${editedAs}`;
  if (proposal) return `${wordsOf(proposal)} proposed by ${proposal.by}`;
  if (claim) return `claimed by ${claim.by} until ${claim.until}`;
  return redriven && `redriven ${redriven.times} time(s)`;
}

const wordsOf = ({ what, document }: NonNullable<Parked['proposal']>): string =>
  document === undefined ? what.replace('_', ' ') : `${what} as ${document}`;
