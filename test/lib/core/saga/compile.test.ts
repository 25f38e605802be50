import { expect, it } from 'vitest';
import * as z from 'zod';
import { problemsOfMachine } from '../../../../lib/core/check-state-machine.ts';
import { compile } from '../../../../lib/core/saga/compile.ts';
import { ask, defineSaga, equals } from '../../../../lib/core/saga/saga.ts';
import { look, sendMail, takeA } from './house.ts';

const everything = defineSaga({
  name: 'everything',
  summary: 'Has one of each.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ first: z.string() }),
  examples: [{ input: { for: 'x' }, output: { first: '1' } }],
  script: (step, given) => {
    step.reads('Look', { Look_here: ask(look, { at: given.for }), Look_there: ask(look, { at: 'there' }) });
    const first = step.call('Take_first', takeA, { for: given.for });
    step.when('Is_x', equals(given.for, 'x'), () => {
      step.call('Take_second', takeA, { for: first.document.id });
    });
    step.wait('Wait_a_minute', 60);
    step.call('Send_mail', sendMail, { for: first.document.id });
    return { first: first.document.id };
  },
});

const machine = compile(everything, ({ name }) => ({ tool: `erp_${name}`, function: 'Steps_erp_write' }));

it('compiles a saga to a machine without problems', () => {
  expect(problemsOfMachine(machine)).toEqual([]);
});

it('undoes from the step that failed, and from the write before it where that did nothing', () => {
  const { Back } = machine.States;
  const targets = Back?.Type === 'Choice' ? Back.Choices.map(({ Condition, Next }) => [Condition, Next]) : [];
  expect(Object.fromEntries(targets)).toEqual({
    "{% $states.input.failed = 'Look' %}": 'Ended',
    "{% $states.input.failed = 'Look_here' %}": 'Ended',
    "{% $states.input.failed = 'Look_there' %}": 'Ended',
    "{% $states.input.failed = 'Take_first' %}": 'Undo_Take_first',
    "{% $states.input.failed = 'Is_x' %}": 'Undo_Take_first',
    "{% $states.input.failed = 'Take_second' %}": 'Undo_Take_second',
    "{% $states.input.failed = 'Wait_a_minute' %}": 'Undo_Take_second',
    "{% $states.input.failed = 'Send_mail' %}": 'Undo_Send_mail',
  });
});

it('carries no value of an agent or a system in its states', () => {
  const text = JSON.stringify(machine);
  expect(text).toContain('{"$":["Take_first","document","id"]}');
  expect(
    text
      .match(/\$states\.(input|result)\.[\w.]+/g)
      ?.toSorted()
      .filter((each, n, all) => each !== all[n - 1]),
  ).toEqual([
    '$states.input.answer',
    '$states.input.failed',
    '$states.input.next',
    '$states.input.seconds',
    '$states.result.Payload',
    '$states.result.failed',
    '$states.result.next',
  ]);
});
