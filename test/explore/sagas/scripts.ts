import * as z from 'zod';
import { ask, defineSaga, hasAny, isAbove, type Saga } from '../../../lib/core/saga/saga.ts';
import { look, sendGoods, sendMail, takeA, takeB, takeC } from '../../lib/core/saga/house.ts';

const declared = {
  summary: 'Takes and sends things.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
} as const;

/** Three things, all or none; people are asked about the second one. */
const takeThree = defineSaga({
  ...declared,
  name: 'take_three',
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    step.call('Take_b', takeB, { for: given.for }, { approval: true });
    return { last: step.call('Take_c', takeC, { for: given.for }).document.id };
  },
});

/** Looks, takes two things or one, and sends what cannot be called back, for which it may be too early at first, and after which more follows. */
const sendOnce = defineSaga({
  ...declared,
  name: 'send_once',
  script: (step, given) => {
    const seen = step.reads('Look', {
      Look_here: ask(look, { at: given.for }),
      Look_there: ask(look, { at: 'there' }),
    });
    step.call('Take_a', takeA, { for: given.for });
    step.when('Is_dear', isAbove(seen.Look_there.amount, '100'), () => {
      step.call('Take_b', takeB, { for: given.for });
    });
    step.when('Is_blocked', hasAny(seen.Look_here.blocks), () => {
      step.refuse('Refuse_blocked', 'DELIVERY_BLOCKED', 'It is blocked.');
    });
    const sent = step.call(
      'Send_goods',
      sendGoods,
      { for: given.for },
      { pivot: true, patience: { codes: ['NOT_PICKED'], hours: 1 } },
    );
    step.call('Send_mail', sendMail, { for: sent.document.id });
    return { last: sent.document.id };
  },
});

/** Waits between its steps, asks people about the last one that can be undone, and ends with a mail. */
const takeAndTell = defineSaga({
  ...declared,
  name: 'take_and_tell',
  script: (step, given) => {
    const taken = step.call('Take_a', takeA, { for: given.for });
    step.wait('Wait_a_minute', 60);
    const seen = step.call('Look', look, { at: taken.document.id });
    step.when('Is_dear', isAbove(seen.amount, '100'), () => {
      step.call('Take_c', takeC, { for: taken.document.id });
    });
    step.call('Take_b', takeB, { for: taken.document.id }, { approval: true });
    step.call('Send_mail', sendMail, { for: taken.document.id });
    return { last: taken.document.id };
  },
});

/** The sagas that are explored, by name. */
export const scripts: Readonly<Record<string, Saga>> = {
  take_three: takeThree,
  send_once: sendOnce,
  take_and_tell: takeAndTell,
};
