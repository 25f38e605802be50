import * as z from 'zod';
import { parked, parkedText } from './parked.ts';
import { plain, printableJson } from './plain-text.ts';
import { evidence, evidenceText } from './review-evidence.ts';
import { table } from './table.ts';

const step = z.looseObject({
  step: z.string(),
  tool: z.string(),
  state: z.string(),
  operationId: z.string().optional(),
  document: z.string().optional(),
  reason: z.string().optional(),
  undo: z.looseObject({ operationId: z.string(), state: z.string(), reason: z.string().optional() }).optional(),
  /** Whether it comes after a step that nothing undoes. */
  isBeyond: z.boolean().optional(),
  /** Who says that it is undone. */
  said: z
    .looseObject({
      ...{ by: z.string(), why: z.string(), at: z.string() },
      ...{ shown: z.boolean().optional(), confirmedBy: z.string().optional() },
    })
    .optional(),
  /** What its system shows now; of what is left only. */
  evidence: evidence.optional(),
});
type Step = z.output<typeof step>;

/** A saga with the exact state of every step, as operators see it. */
export const sagaView = parked.extend({
  input: z.unknown().optional(),
  /** The end of the way forward. */
  failed: z
    .looseObject({ step: z.string().optional(), code: z.string().optional(), detail: z.string().optional() })
    .optional(),
  steps: z.array(step),
});
/** As it is shown. */
export type SagaView = z.output<typeof sagaView>;

/** Everything that is known of a saga, for people. */
export const sagaText = (saga: SagaView): string =>
  [
    parkedText(saga),
    ...(saga.failed ? [failedText(saga.failed)] : []),
    stepsTable(saga.steps),
    ...saga.steps.flatMap(detailsOf),
    ...nextFor(saga),
  ].join('\n\n');

const failedText = ({ step: name, code, detail }: NonNullable<SagaView['failed']>): string =>
  plain(`The way forward ended at ${name} (${code}): ${detail ?? ''}`);

const stepsTable = (steps: readonly Step[]): string =>
  table(
    ['step', 'tool', 'state', 'document', 'reason', 'undoing', 'operation'],
    steps.map(({ undo, ...each }) => [
      ...[each.step, each.tool, each.state.replaceAll('_', ' '), each.document, each.reason],
      ...[undo && [undo.state, undo.reason].filter(Boolean).join(' '), each.operationId],
    ]),
  );

function detailsOf({ step: name, said, undo, evidence: shown }: Step): string[] {
  const told = said && [
    `${said.by} said at ${said.at} that it is undone: ${said.why}`,
    ...(said.shown ? ['The system has shown it.'] : []),
    ...(said.confirmedBy === undefined ? [] : [`${said.confirmedBy} has confirmed it.`]),
  ];
  return [
    ...(told ? [plain(`${name}: ${told.join(' ')}`)] : []),
    ...(shown ? [`The system shows of ${undo ? `the undoing of ${name}` : name}:`, evidenceText(shown)] : []),
  ];
}

/** What an operator can do about it. */
function nextFor({ operationId: id, state, steps, failed }: SagaView): string[] {
  if (state !== 'review') return [];
  const reason = "--reason '...'";
  const lines = steps.flatMap(({ step: name, state: at, operationId, said, undo, isBeyond }) => {
    const retry = `Do ${name} again: npx countersign sagas retry ${id} --step ${name} ${reason}`;
    if (at === 'review' || undo?.state === 'review')
      return [
        `Say what became of ${name}: npx countersign review show ${at === 'review' ? operationId : undo?.operationId}`,
        `Or have it looked up again: npx countersign sagas retry ${id} --step ${name} ${reason}`,
      ];
    if (said && said.confirmedBy === undefined && !said.shown)
      return [`Another operator than ${said.by} confirms: npx countersign sagas confirm ${id} --step ${name}`];
    if (failed && (at === 'not_undone' || at === 'done'))
      return [retry, `Or say that it is undone: npx countersign sagas done ${id} --step ${name} ${reason}`];
    return failed?.step === name && isBeyond && (at === 'not_done' || at === 'not_begun') ? [retry] : [];
  });
  const undo = failed ? [] : [`Or give the way forward up: npx countersign sagas undo ${id} ${reason}`];
  return [['What can be done', ...lines, ...undo].join('\n  ')];
}

/** The input of a saga, as it was asked for. */
export const askedFor = ({ input }: SagaView): string => `It asked for:\n\n${printableJson(input, 2)}`;
