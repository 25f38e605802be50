import type { AdminOperation, OperationEvent } from './admin-operation.ts';
import { reasonText } from './reasons.ts';

type Sentence = (step: OperationEvent, before: OperationEvent | undefined, operation: AdminOperation) => string;

/** What happened to a saga, by the state that it came into. */
export const sagaSentences: Readonly<Record<string, Sentence>> = {
  running: (_, before, { agent, tool }) => {
    if (!before) return `${agent} asked for ${tool}, whose steps are carried out one after the other.`;
    return before.state === 'running' ? 'It went on.' : 'Its steps are under way again.';
  },
  applied: () => 'All of its steps are done.',
  not_applied: ({ reason }) => `Nothing is left of it: ${reasonText(reason)}.`,
  review: ({ reason }, before) =>
    before?.state === 'review' && before.reason === reason
      ? 'It waits for a person.'
      : `It was put to a person: ${reasonText(reason)}.`,
};

const words: Readonly<Record<string, string>> = {
  not_begun: 'has not begun',
  done: 'is done',
  not_done: 'had no effect',
  undone: 'is undone',
  waiting: 'waits for people, its system or certainty',
  review: 'is in review',
  not_undone: 'is done, and could not be undone',
};

/** What is known of a saga, step by step; undefined for what is none. */
export function knownOfSaga({ agent, principal, tool, steps }: AdminOperation): string[] | undefined {
  return (
    steps && [
      `${agent} (${principal}) asked for ${tool}.`,
      ...steps.map(({ step, state, document }) => {
        const about = document === undefined ? '' : `: document ${document}`;
        return `${step} ${words[state] ?? state}${about}.`;
      }),
    ]
  );
}

/** What is not known of it. */
export const unknownOfSaga = ({ steps }: AdminOperation): string[] | undefined =>
  steps
    ?.filter(({ state }) => state === 'waiting' || state === 'review')
    .map(({ step }) => `What becomes of step ${step}.`);

/** What to do about it. */
export function nextOfSaga({ steps, state, operationId: id, nextAction }: AdminOperation): string[] | undefined {
  if (!steps) return undefined;
  const look = `See what the systems show of its steps, and what can be done: npx countersign sagas show ${id}`;
  return state === 'review' || state === 'running' ? [look] : [nextAction];
}
