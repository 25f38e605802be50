import { expect, it } from 'vitest';
import * as z from 'zod';
import { problemsOfMachine } from '../../../../lib/core/check-state-machine.ts';
import { defineContract } from '../../../../lib/core/contract.ts';
import { compile } from '../../../../lib/core/saga/compile.ts';
import { ask, defineSaga, equals } from '../../../../lib/core/saga/saga.ts';

const compare = () => ({ ours: true, deviations: [], exceeds: false });
const example = { input: { item: 'A' }, output: { thing: { id: '1' } } };
const output = z.strictObject({ thing: z.strictObject({ id: z.string() }) });
const input = z.strictObject({ item: z.string() });
const undo = defineContract({
  name: 'undo',
  effect: 'update',
  summary: 's',
  input: z.strictObject({ id: z.string() }),
  output,
  errors: [],
  examples: [{ ...example, input: { id: '1' } }],
});
const make = defineContract({
  name: 'make',
  effect: 'create',
  summary: 's',
  input,
  output,
  errors: [],
  examples: [example],
  compare,
  undoneBy: { contract: undo, inputFor: ({ output: { thing } }) => thing },
});
const look = defineContract({
  name: 'look',
  effect: 'read',
  summary: 's',
  input,
  output,
  errors: [],
  examples: [example],
});
const mail = defineContract({
  name: 'mail',
  effect: 'create',
  summary: 's',
  input,
  output,
  errors: [],
  examples: [example],
  compare,
  irreversible: true,
});

const toy = defineSaga({
  name: 'toy',
  summary: 'A toy.',
  input,
  output: z.strictObject({ made: z.string() }),
  examples: [{ input: { item: 'A' }, output: { made: '1' } }],
  script: (step, given) => {
    const found = step.reads('Look', {
      Look_here: ask(look, { item: given.item }),
      Look_there: ask(look, { item: 'B' }),
    });
    const first = step.call('Make_first', make, { item: found.Look_here.thing.id });
    step.when('Is_A', equals(given.item, 'A'), () => {
      step.call('Make_second', make, { item: first.thing.id });
    });
    step.wait('Wait_a_minute', 60);
    step.call('Mail', mail, { item: first.thing.id });
    return { made: first.thing.id };
  },
});

it('compiles to a machine without problems', () => {
  const machine = compile(toy, ({ name }) => ({ tool: `erp_${name}`, function: 'Steps_erp_write' }));
  expect(problemsOfMachine(machine)).toEqual([]);
});
