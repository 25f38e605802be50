import * as z from 'zod';
import type { AdminOperation, OperationEvent } from './admin-operation.ts';
import { knownOfSaga, nextOfSaga, sagaSentences, unknownOfSaga } from './explain-saga.ts';
import type { JournalEntry } from './journal-entries.ts';
import { plain } from './plain-text.ts';
import { reasonText } from './reasons.ts';

/** An operation told in sentences. */
export interface Explanation {
  readonly happened: readonly string[];
  readonly known: readonly string[];
  readonly unknown: readonly string[];
  readonly next: readonly string[];
}

/** Tells an operation from its record and the journal; `now` in epoch milliseconds. */
export function explain(
  operation: AdminOperation,
  { journal, now }: { readonly journal: readonly JournalEntry[]; readonly now: number },
): Explanation {
  const steps = stepsOf(operation, journal);
  const missing = [...Array(operation.version).keys()]
    .map((n) => n + 1)
    .filter((n) => !steps.some((s) => s.version === n));
  const gap = `What happened in version ${missing.join(', ')}: the journal does not have it, or not yet.`;
  return {
    happened: steps.map((step, n) => `${iso(step.at)}  ${plain(sentence(step, steps[n - 1], operation))}`),
    known: (knownOfSaga(operation) ?? known(operation)).map(plain),
    unknown: [...(unknownOfSaga(operation) ?? unknown(operation, now)), ...(missing.length > 0 ? [gap] : [])].map(
      plain,
    ),
    next: (nextOfSaga(operation) ?? next(operation, now)).map(plain),
  };
}

/** One event a version: journaled ones, those still kept with the operation, and what it says of itself. */
function stepsOf(operation: AdminOperation, journal: readonly JournalEntry[]): OperationEvent[] {
  const { version, updatedAt, state, attempts, reason, document, events } = operation;
  const latest = { version, at: Date.parse(updatedAt), state, attempts, reason, document };
  const journaled = journal.map(({ did, by, why, ...entry }) => ({
    ...{ ...entry, state: entry.type.replace(/^operation\./, '') },
    ...(did !== undefined && by !== undefined && { act: { what: did, by, ...(why !== undefined && { why }) } }),
  }));
  const byVersion = new Map([latest, ...events, ...journaled].map((step) => [step.version, step]));
  return [...byVersion.values()].sort((left, right) => left.version - right.version);
}

type Sentence = (step: OperationEvent, before: OperationEvent | undefined, operation: AdminOperation) => string;

const sentences: Readonly<Record<string, Sentence>> = {
  awaiting_approval: ({ reason }, before, { agent, tool }) =>
    before
      ? `It waits with its approval until it can be sent: ${reasonText(reason)}.`
      : `${agent} asked for ${tool}. A person has to approve it first.`,
  queued: ({ reason }, before) =>
    before?.state === 'queued'
      ? 'It got another turn in the backlog.'
      : `It was put into the backlog of its system: ${reasonText(reason)}.`,
  accepted: (_, before, { agent, tool }) =>
    before?.state === 'queued'
      ? 'Its turn came: the document is read as it is before anything is sent.'
      : before
        ? 'The same call came again: the document is read as it is before anything is sent.'
        : `${agent} asked for ${tool}. That was recorded; nothing had been sent yet.`,
  attempted: ({ attempts }, before, { agent, tool }) => {
    if (!before) return `${agent} asked for ${tool}. Attempt ${attempts} was recorded before anything was sent.`;
    if (before.state === 'accepted')
      return `The document was read as it was; then attempt ${attempts} was recorded and sent.`;
    if (before.state === 'queued') return `Its turn came: attempt ${attempts} was recorded and sent.`;
    if (before.state === 'awaiting_approval')
      return `Approved and checked again: attempt ${attempts} was recorded and sent.`;
    if (before.state === 'attempted' && before.attempts === attempts)
      return 'The time until which it may be sent was put right by the clock of the store.';
    if (before.state === 'attempted') return `Sent once more within the same call: attempt ${attempts}.`;
    return `The same call came again and was sent again: attempt ${attempts}.`;
  },
  unknown: ({ reason }, before) =>
    before?.state === 'unknown'
      ? `It was looked up again and stayed unknown: ${reasonText(reason)}.`
      : `It became unknown whether it took effect: ${reasonText(reason)}.`,
  applied: ({ reason, document }, before) => {
    if (reason === 'ALREADY_APPLIED') return `Nothing was sent: ${reasonText(reason)}. Document ${document}.`;
    return before?.state === 'unknown'
      ? `It was looked up in the system and found: document ${document}.`
      : `The system carried it out: document ${document}.`;
  },
  not_applied: ({ reason }, before) =>
    reason === 'NOT_APPLIED' && before?.state !== 'accepted'
      ? 'It was looked up when the system could no longer be working on it, and was not there: it had no effect.'
      : `It had no effect: ${reasonText(reason)}.`,
  review: ({ reason, document }) =>
    `It was put to a person: ${reasonText(reason)}.${document === undefined ? '' : ` Document ${document}.`}`,
  dead: ({ attempts, reason }) => `It was given up after attempt ${attempts}: ${reasonText(reason)}.`,
};

const sentence: Sentence = (step, before, operation) => {
  const { act, state, reason } = step;
  const isSame = before?.state === state;
  const told =
    (operation.steps ? sagaSentences : sentences)[state]?.(step, before, operation) ??
    `It became ${state}: ${reasonText(reason)}.`;
  if (!act) return told;
  const done = `Operator ${act.by}: ${act.what}${act.why === undefined ? '' : `, because "${act.why}"`}.`;
  return isSame ? done : `${done} It became ${state}.`;
};

const result = z.looseObject({
  deviations: z.array(z.looseObject({ path: z.string(), requested: z.string(), actual: z.string() })).default([]),
});

function known({ agent, principal, tool, state, attempts, document, reference, ...rest }: AdminOperation): string[] {
  const deviations = result.safeParse(rest.result).data?.deviations ?? [];
  return [
    `${agent} (${principal}) asked for ${tool}.`,
    ...(attempts === 0
      ? ['Nothing was ever sent to the system.']
      : [`At most ${attempts} request(s) went to the system.`]),
    ...(reference === undefined ? [] : [`Its reference is ${reference}; a create writes it into its document.`]),
    ...(document === undefined ? [] : [`The document is ${document}.`]),
    ...(state === 'applied' ? ['It took effect, once.'] : []),
    ...(state === 'not_applied' ? ['It had no effect in the system.'] : []),
    ...deviations.map(
      ({ path, requested, actual }) => `The system has ${actual} in ${path}, not ${requested} as asked.`,
    ),
  ];
}

function unknown({ state, sendBy, reason }: AdminOperation, now: number): string[] {
  if (state === 'accepted' || (state === 'attempted' && now < sendBy))
    return [`How it ends: it may be sent until ${iso(sendBy)}.`];
  if (state === 'queued') return ['When its system takes it: npx countersign systems status shows what keeps it.'];
  if (state === 'attempted') return ['Whether the system carried it out: no answer was recorded.'];
  if (state === 'unknown') return [`Whether the system carried it out: ${reasonText(reason)}.`];
  if (state === 'review') return [`What is true in the system: ${reasonText(reason)}.`];
  return state === 'dead' ? ['Whether the last attempt took effect.'] : [];
}

const retryable = z.looseObject({ retryable: z.boolean(), nextAction: z.string().optional() });

function next(
  { operationId: id, state, sendBy, reference, nextAction, problem }: AdminOperation,
  now: number,
): string[] {
  const lookUp = `Look it up: npx countersign operations reconcile ${id}`;
  const noOtherKey = 'Do not let the agent send the intent with another key: it could be done twice.';
  switch (state) {
    case 'accepted':
    case 'attempted':
      return now < sendBy ? ['Wait: the call is running. Then ask again.'] : [lookUp, noOtherKey];
    case 'unknown':
      return [lookUp, 'It settles as soon as it is found, or when its absence proves something.', noOtherKey];
    case 'not_applied': {
      const { data } = retryable.safeParse(problem);
      const again = 'The agent may send the same call with the same key; it is then carried out.';
      return data?.retryable ? [again] : [data?.nextAction ?? nextAction];
    }
    case 'review':
      return [
        `See what the system shows of ${reference ?? 'the document'}: npx countersign review show ${id}`,
        `Then say what is true: npx countersign review resolve ${id}`,
        noOtherKey,
      ];
    case 'dead':
      return [
        `Have it carried out after all: npx countersign dead redrive ${id}`,
        `Or with other arguments: npx countersign dead edit ${id}. Or give it up: npx countersign dead discard ${id}`,
        noOtherKey,
      ];
    default:
      return [nextAction];
  }
}

const iso = (at: number): string => new Date(at).toISOString();
