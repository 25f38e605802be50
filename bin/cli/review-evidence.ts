import * as z from 'zod';
import { printableJson } from './plain-text.ts';
import { reasonText } from './reasons.ts';
import { table } from './table.ts';

/** What a system shows of an operation. */
export const evidence = z.looseObject({
  asked: z.int(),
  finding: z.string(),
  reason: z.string(),
  provenFrom: z.int().optional(),
  documents: z.array(
    z.looseObject({
      document: z.string(),
      exists: z.boolean(),
      isNamed: z.boolean(),
      agrees: z.boolean(),
      output: z.unknown().optional(),
    }),
  ),
  /** Updates only: the document before anything was sent, and as it is. */
  before: z.unknown().optional(),
  now: z.unknown().optional(),
});
/** As it is shown. */
export type Evidence = z.output<typeof evidence>;

/** For people. */
export function evidenceText({ finding, reason, provenFrom, documents, before, now }: Evidence): string {
  const said = {
    found: 'It took effect.',
    absent: 'There is no effect, and none can come any more.',
    unclear: `That proves nothing: ${reasonText(reason)}${until(provenFrom)}.`,
  }[finding];
  if (documents.length === 0) return said ?? finding;
  const rows = documents.map(({ document, exists, isNamed, agrees }) => [
    ...[document, yes(exists), yes(isNamed), yes(agrees)],
  ]);
  const outputs = documents.filter(({ output }) => output !== undefined);
  return [
    said ?? finding,
    table(['document', 'there', 'is ours', 'as asked for'], rows),
    ...(now === undefined ? [] : [`Before: ${printableJson(before, 2)}`, `Now: ${printableJson(now, 2)}`]),
    ...outputs.map(({ document, output }) => `${document}: ${printableJson(output, 2)}`),
  ].join('\n\n');
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');
const until = (at: number | undefined): string =>
  at === undefined ? '' : `; an absence counts from ${new Date(at).toISOString()} on`;
