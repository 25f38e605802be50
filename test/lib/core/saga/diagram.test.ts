import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import define from '../../../../countersign.config.ts';
import { configurationFor } from '../../../../lib/core/check-configuration.ts';
import { bindingOf, deployedSagas } from '../../../../lib/core/saga/deployed.ts';
import { diagramOf } from '../../../../lib/core/saga/diagram.ts';
import { ask, defineSaga, equals, hasAny } from '../../../../lib/core/saga/saga.ts';
import { look, sendGoods, sendMail, takeA, takeB } from './house.ts';

const everything = defineSaga({
  name: 'everything',
  summary: 'Does everything that a saga can.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
  script: (step, given) => {
    const seen = step.reads('Look', { Look_here: ask(look, { at: given.for }), Look_there: ask(look, { at: 'b' }) });
    step.when('Is_blocked', hasAny(seen.Look_here.blocks), () => {
      step.refuse('Refuse_blocked', 'DELIVERY_BLOCKED', 'It is blocked.');
    });
    step.call('Take_a', takeA, { for: given.for }, { approval: true });
    step.when('Is_x', equals(given.for, 'x'), () => {
      step.call('Take_b', takeB, { for: given.for });
    });
    step.wait('Rest', 60);
    const patience = { codes: ['NOT_PICKED'], hours: 48 } as const;
    const sent = step.call('Send_goods', sendGoods, { for: given.for }, { pivot: true, patience });
    step.call('Send_mail', sendMail, { for: sent.document.id });
    return { last: sent.document.id };
  },
});

const lines = diagramOf(everything, ({ name }) => ({ tool: `shop_${name}`, function: 'Steps' })).split('\n');

test.each([
  [
    'the reads that are asked together',
    'Look(["Look<br/>Look_here: shop_look<br/>Look_there: shop_look"]) --> Is_blocked',
  ],
  ['a choice, both ways', 'Is_blocked{"Is_blocked<br/>Look_here.blocks not empty"} -- yes --> Refuse_blocked'],
  ['a choice, both ways', 'Is_blocked -- no --> Approve_Take_a'],
  ['a choice that leads on', 'Is_x{"Is_x<br/>input.for equal x"} -- yes --> Take_b'],
  ['a refusal', 'Refuse_blocked["Refuse_blocked<br/>DELIVERY_BLOCKED"]'],
  [
    'people before the step that they approve',
    'Approve_Take_a{{"people approve, where the grant says so"}} --> Take_a',
  ],
  ['a step with its tool', 'Take_a["Take_a<br/>shop_take_a"] --> Is_x'],
  ['what undoes it', 'Undo_Take_b["Undo_Take_b<br/>shop_give_b"]:::undo --> Undo_Take_a'],
  ['where undoing ends', 'Undo_Take_a["Undo_Take_a<br/>shop_give_a"]:::undo --> undone'],
  ['what a step leads to that fails', 'Take_b -. fails .-> Undo_Take_b'],
  ['that nothing is undone before the first write', 'Look -. fails .-> undone'],
  ['a wait', 'Rest["Rest<br/>60 s"] --> Send_goods'],
  [
    'a step that nothing undoes, and what it is tried again for',
    'Send_goods[["Send_goods<br/>shop_send_goods<br/>nothing undoes it<br/>again for 48 h while NOT_PICKED"]]:::pivot --> Send_mail',
  ],
  ['that what was done before a pivot is undone where it fails', 'Send_goods -. fails .-> Undo_Take_b'],
  ['that a person sees to what fails after it', 'Send_mail -. fails .-> person'],
])('a diagram shows %s', (_, line) => {
  expect(lines).toContain(line);
});

test('every node that a line leads to is drawn', () => {
  const nodes = new Set(lines.flatMap((line) => /^(\w+)[[({]/.exec(line)?.[1] ?? []));
  const targets = lines.flatMap((line) => /> (\w+)$/.exec(line)?.[1] ?? []);
  expect(targets.filter((target) => !nodes.has(target))).toEqual([]);
});

const page = join(import.meta.dirname, '../../../../docs/sagas.md');

test('the page about sagas has a diagram of each that is configured (vitest --update writes them)', async () => {
  const configuration = configurationFor(define, 'local');
  const diagrams = deployedSagas(configuration).map((deployed) => {
    const { name, summary } = deployed.saga;
    const diagram = diagramOf(deployed.saga, bindingOf(deployed, configuration));
    return `### ${name}\n\n${summary}\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n`;
  });
  const [start = '', rest = ''] = readFileSync(page, 'utf8').split(/(?<=<!-- diagrams: .*-->\n)/);
  const end = rest.slice(rest.indexOf('<!-- end of diagrams -->'));
  await expect(`${start}\n${diagrams.join('\n')}\n${end}`).toMatchFileSnapshot(page);
});
