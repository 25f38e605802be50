import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { problemsOfSaga } from '../../../../lib/core/saga/check-saga.ts';
import type { Reference } from '../../../../lib/core/saga/reference.ts';
import { ask, defineSaga, equals, type Script } from '../../../../lib/core/saga/saga.ts';
import { look, sendGoods, sendMail, takeA, takeB } from './house.ts';

const input = z.strictObject({ for: z.string(), maybe: z.string().optional(), count: z.int() });
type Given = Parameters<Parameters<typeof defineSaga<'s', typeof input, typeof output>>[0]['script']>[1];
const output = z.strictObject({ last: z.string() });

const problemsOf = (script: (step: Script, given: Given) => { last: string | Reference<string> }): string[] =>
  problemsOfSaga(
    defineSaga({
      name: 's',
      summary: 'A saga.',
      input,
      output,
      examples: [{ input: { for: 'x', count: 1 }, output: { last: '1' } }],
      script,
    }),
  );

/** Arguments that types would refuse: they come from somewhere else. */
const wrong = <T>(given: unknown): T => given as T;

describe('a saga at synth', () => {
  it('is sound when every step before one that cannot be undone can be', () => {
    const problems = problemsOf((step, given) => {
      step.reads('Look', { Look_here: ask(look, { at: given.for }) });
      const taken = step.call('Take_a', takeA, { for: given.for });
      step.call('Send_goods', sendGoods, { for: taken.document.id }, { pivot: true });
      step.call('Send_mail', sendMail, { for: 'all' });
      return { last: taken.document.id };
    });
    expect(problems).toEqual([]);
  });

  it('needs a way back from every write, or to be told that there is none', () => {
    const problems = problemsOf((step, given) => {
      step.call('Send_goods', sendGoods, { for: given.for });
      return { last: '1' };
    });
    expect(problems).toEqual(['Send_goods: nothing undoes send_goods; undo it, or declare it a pivot or irreversible']);
  });

  it('has nothing irreversible before what can fail and would have to be undone', () => {
    const problems = problemsOf((step, given) => {
      step.call('Send_mail', sendMail, { for: given.for });
      step.call('Take_a', takeA, { for: given.for });
      return { last: '1' };
    });
    expect(problems).toEqual(['Take_a can fail, but Send_mail before it cannot be undone']);
  });

  it('does not give up after what cannot be undone', () => {
    const problems = problemsOf((step, given) => {
      step.call('Send_goods', sendGoods, { for: given.for }, { pivot: true });
      step.when('Is_late', equals(given.for, 'late'), () => step.refuse('Refuse_late', 'DATE_IN_PAST', 'It is late.'));
      return { last: '1' };
    });
    expect(problems).toEqual(['Refuse_late gives the saga up, but Send_goods before it cannot be undone']);
  });

  it('refers to nothing that comes later, or that may not have been done', () => {
    const problems = problemsOf((step, given) => {
      let inside: Reference<string> | undefined;
      step.when('Is_x', equals(given.for, 'x'), () => {
        inside = step.call('Take_a', takeA, { for: given.for }).document.id;
      });
      step.call('Take_b', takeB, { for: inside ?? '' });
      return { last: '1' };
    });
    expect(problems).toEqual(['Take_b: there is no Take_a.document.id before it']);
  });

  it('asks for nothing of another shape', () => {
    const problems = problemsOf((step, given) => {
      step.call('Take_a', takeA, wrong({ for: given.count }));
      step.call('Take_b', takeB, wrong({ to: 'x' }));
      step.call('Take_again', takeB, wrong({ for: given.maybe }));
      step.call('Take_five', takeB, wrong({ for: 5 }));
      return { last: '1' };
    });
    expect(problems).toEqual([
      'Take_a: /for is a text, not a number',
      'Take_b: /to is not known',
      'Take_b: /for is missing',
      'Take_again: /for may have no value',
      'Take_five: /for does not take 5',
    ]);
  });

  it('names its steps in words, once each', () => {
    const problems = problemsOf((step, given) => {
      for (const name of ['Take_a', 'Take_a', 'take', 'Undo_it', 'Begin']) step.call(name, takeA, { for: given.for });
      return { last: '1' };
    });
    expect(problems).toEqual([
      'Take_a is the name of two steps',
      ...['take', 'Undo_it', 'Begin'].map(
        (name) => `${name} cannot be the name of a step: use words such as Reserve_stock`,
      ),
    ]);
  });

  it('changes something', () => {
    const problems = problemsOf((step, given) => ({ last: step.call('Look', look, { at: given.for }).amount }));
    expect(problems).toEqual(['nothing in it changes anything']);
  });

  it('takes no literal for an expression, and no field for a reference', () => {
    const taking = (given: unknown) => () =>
      problemsOf((step) => ({ last: step.call('Take_a', takeA, wrong(given)).document.id }));
    expect(taking({ for: '{% 1 %}' })).toThrow('would be taken for an expression');
    expect(taking({ $: ['input', 'for'] })).toThrow("a field may not be called '$'");
  });

  it('is a type error where a field is wrong, or its type', () => {
    problemsOf((step, given) => {
      const taken = step.call('Take_a', takeA, { for: given.for });
      // @ts-expect-error there is no such field in what the step answers
      step.call('Take_b', takeB, { for: taken.document.name });
      // @ts-expect-error a number is no text
      step.call('Take_c', takeB, { for: given.count });
      // @ts-expect-error what may be missing is not what has to be there
      step.call('Take_d', takeB, { for: given.maybe });
      // @ts-expect-error nothing takes such a field
      step.call('Take_e', takeB, { for: given.for, to: given.for });
      // @ts-expect-error what has to be there is missing
      step.call('Take_f', takeB, {});
      return { last: taken.document.id };
    });
    expect.assertions(0);
  });
});
