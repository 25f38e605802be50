import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Operation, stepIdOf } from '../../../../lib/core/operation/operation.ts';
import { confirm, resolve } from '../../../../lib/core/operation/review.ts';
import { commit, end } from '../../../../lib/core/saga/finish.ts';
import { checkWanted, goOnUndoing, stepSettled } from '../../../../lib/core/saga/give-up.ts';
import { park } from '../../../../lib/core/saga/park.ts';
import { confirmDone, markDone, retry } from '../../../../lib/core/saga/review.ts';
import { defineSaga } from '../../../../lib/core/saga/saga.ts';
import { type Fate, sagaHouse, sendGoods, sendMail, takeA, takeB, takeC } from './house.ts';
import { operatorsOf } from './operators.ts';

const hour = 3_600_000;
const declared = {
  summary: 'Takes things.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
} as const;

const takeThree = defineSaga({
  ...declared,
  name: 'take_three',
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    step.call('Take_b', takeB, { for: given.for });
    return { last: step.call('Take_c', takeC, { for: given.for }).document.id };
  },
});

const sendOnce = defineSaga({
  ...declared,
  name: 'send_once',
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    const sent = step.call('Send_goods', sendGoods, { for: given.for }, { pivot: true });
    step.call('Send_mail', sendMail, { for: sent.document.id });
    return { last: sent.document.id };
  },
});

const fates =
  (planned: Partial<Record<string, Fate[]>>) =>
  (contract: string): Fate =>
    planned[contract]?.shift() ?? 'ok';
const times = (n: number, fate: Fate): Fate[] => Array<Fate>(n).fill(fate);

/** A saga with what operators do about it; `twice`: whose document appears a second time, so that nobody knows which counts. */
async function reviewed(
  saga: typeof takeThree | typeof sendOnce,
  planned: Parameters<typeof fates>[0],
  { twice, until = hour }: { readonly twice?: string; readonly until?: number } = {},
) {
  const house = sagaHouse(saga, { fateOf: fates(planned) });
  const { things } = house.shop;
  const push = things.push.bind(things);
  things.push = (thing) => push(thing, ...(thing.what === twice ? [{ ...thing, id: `${thing.id}-again` }] : []));
  const { operations } = house;
  const { on, isOpen } = operatorsOf(house);
  const id = await house.start({ for: 'x' }, 'k', until);
  const by = (name: string) => ({ by: name, why: 'Because.' });
  const operationOf = (step: string, round = 1): Operation => {
    const found = house.operationOf(stepIdOf({ saga: id, name: step, round }));
    if (!found) throw new Error(`${step} has not begun`);
    return found;
  };
  return {
    ...{ house, on, id, isOpen, operationOf, saga: () => house.operationOf(id) },
    retry: async (step: string, name = 'olga') => retry({ saga: id, step, said: by(name) }, on),
    done: async (step: string, { deviates = false, name = 'olga' } = {}) =>
      markDone({ saga: id, step, said: by(name), deviates }, on),
    confirm: (step: string, name: string) => confirmDone({ saga: id, step, by: name }, on),
    undo: (name = 'olga') => goOnUndoing(id, by(name), operations),
    /** Two operators say which document of a step in review is its effect. */
    async settle(step: string) {
      const verdict = { what: 'applied', document: '2', deviates: true } as const;
      const evidence = await on.evidence(operationOf(step));
      await resolve(operations, operationOf(step), { verdict, evidence, said: by('olga') });
      return confirm(operations, operationOf(step), { evidence, by: 'piet' });
    },
    goOn: (until = hour) => house.goOn(until),
    picture: () => house.picture(id),
  };
}

const allUndone = ['Take_a undone', 'Take_b undone', 'Take_c not_done'];

describe('an undoing that failed for good', () => {
  const failing = { take_c: times(1, 'refused'), give_b: times(1, 'refused') };
  const left = () => reviewed(takeThree, structuredClone(failing));

  it('is done again by another operation when an operator says so', async () => {
    const { saga, retry, goOn, picture, house, operationOf } = await left();
    expect(saga()).toMatchObject({ state: 'review', reason: 'LEFT Take_b' });
    expect(await retry('Take_b')).toMatchObject({ state: 'running', act: { by: 'olga', why: 'Because.' } });
    await goOn();
    expect(await picture()).toEqual(allUndone);
    expect(saga()).toMatchObject({ state: 'not_applied', reason: 'REFUSED_BY_SYSTEM' });
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a', 'give_b']);
    expect([operationOf('Undo_Take_b').state, operationOf('Undo_Take_b', 2).state]).toEqual(['not_applied', 'applied']);
  });

  it('is done again though its machine was just looking at what is left', async () => {
    const { id, saga, retry, goOn, house } = await left();
    await retry('Take_b');
    expect(await end({ saga: id }, house.operations)).toEqual({ next: 'wait' });
    expect(saga()?.state).toBe('running');
    await goOn();
    expect(saga()?.state).toBe('not_applied');
  });

  it('is done again once, whoever says so at the same time', async () => {
    const { retry, goOn, house } = await left();
    const said = await Promise.allSettled([retry('Take_b'), retry('Take_b', 'piet')]);
    expect(said.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(retry('Take_b')).rejects.toMatchObject({ code: 'STALE_STATE' });
    await goOn();
    expect(house.shop.ledger.filter((each) => each === 'give_b')).toHaveLength(1);
  });

  it('is not done again where it is dead and another operation has taken its place', async () => {
    const { saga, retry, goOn, operationOf, house } = await reviewed(takeThree, {
      ...{ take_c: times(1, 'refused'), give_b: times(5, 'locked') },
    });
    expect([saga()?.reason, operationOf('Undo_Take_b').state]).toEqual(['LEFT Take_b', 'dead']);
    await retry('Take_b');
    expect(operationOf('Undo_Take_b')).toMatchObject({ state: 'not_applied', reason: 'TAKEN_BACK' });
    await goOn();
    expect(saga()?.state).toBe('not_applied');
    expect(house.shop.ledger.filter((each) => each === 'give_b')).toHaveLength(1);
  });

  it('is marked as done by one operator where the system itself shows it', async () => {
    const { saga, done, goOn, picture, house } = await left();
    for (const thing of house.shop.things) thing.given = true;
    expect(await done('Take_b')).toMatchObject({ saga: { said: { Take_b: { by: 'olga', shown: true } } } });
    await goOn();
    expect(saga()).toMatchObject({ state: 'not_applied' });
    expect(await picture()).toEqual(allUndone);
    expect(house.shop.ledger).not.toContain('give_b');
  });

  it('is not marked as done on the word of one operator', async () => {
    const { saga, done, confirm, goOn, picture, house } = await left();
    await expect(done('Take_b')).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
    await done('Take_b', { deviates: true });
    expect(saga()).toMatchObject({ state: 'review', act: { what: 'proposed Take_b as undone' } });
    expect(await picture()).toContain('Take_b not_undone');
    await expect(confirm('Take_b', 'olga')).rejects.toMatchObject({ code: 'NOT_YOURS_TO_DECIDE' });
    await confirm('Take_b', 'piet');
    await goOn();
    expect(saga()).toMatchObject({ state: 'not_applied', saga: { said: { Take_b: { confirmedBy: 'piet' } } } });
    expect(house.shop.ledger).not.toContain('give_b');
    await expect(confirm('Take_b', 'piet')).rejects.toMatchObject({ code: 'STALE_STATE' });
  });

  it('is not marked as done while the system cannot be asked', async () => {
    const { done, isOpen } = await left();
    isOpen.shop = false;
    await expect(done('Take_b', { deviates: true })).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
  });

  it.each(['Take_a', 'Take_c'])('leaves nothing to say of %s, of which nothing is left', async (step) => {
    const { done, retry, confirm } = await left();
    for (const said of [done(step, { deviates: true }), retry(step), confirm(step, 'piet')])
      await expect(said).rejects.toMatchObject({ code: 'STALE_STATE' });
  });

  it('is left alone while another operator looks after it', async () => {
    const { house, saga, id, retry, done, undo } = await left();
    const seen = saga();
    if (!seen) throw new Error('there is no saga');
    await house.operations.change(seen, { claim: { by: 'piet', until: house.operations.now() + hour } });
    for (const said of [retry('Take_b'), done('Take_b'), undo()])
      await expect(said).rejects.toMatchObject({ code: 'CLAIMED' });
    expect(await retry('Take_b', 'piet')).toMatchObject({ id, state: 'running' });
  });

  it('names the steps where one is asked for that the saga does not have', async () => {
    const { retry } = await left();
    await expect(retry('Take_d')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'The steps are Take_a, Take_b, Take_c.',
    });
  });
});

describe('a step after the point of no return', () => {
  it.each([
    ['refused', times(1, 'refused')],
    ['dead', times(5, 'locked')],
  ] as const)('that is %s is done again, and the saga goes on forward', async (_, mail) => {
    const { saga, retry, goOn, picture, house } = await reviewed(sendOnce, { send_mail: [...mail] });
    expect(saga()?.state).toBe('review');
    await retry('Send_mail');
    await goOn();
    expect(saga()).toMatchObject({ state: 'applied' });
    expect(await picture()).toEqual(['Take_a done', 'Send_goods done', 'Send_mail done']);
    expect(house.shop.ledger).toEqual(['take_a', 'send_goods', 'send_mail']);
  });

  it('is not carried out by who is late, once another operation has taken its place', async () => {
    const { id, saga, retry, operationOf, house } = await reviewed(
      sendOnce,
      { send_mail: times(4, 'locked') },
      { until: 0 },
    );
    expect(operationOf('Send_mail')).toMatchObject({ state: 'not_applied', reopenable: true });
    const problem = JSON.stringify({ code: 'NOT_GRANTED', detail: 'No more.', status: 403 });
    const seen = house.operationOf(id);
    const progress = { plan: [], ...seen?.saga, failed: { step: 'Send_mail', problem } };
    if (seen) house.items.set(id, { ...seen, state: 'review', saga: progress });
    await retry('Send_mail');
    expect(saga()?.saga?.rounds).toEqual({ Send_mail: 2 });
    expect(operationOf('Send_mail')).toMatchObject({ state: 'not_applied', reason: 'TAKEN_BACK' });
    expect(operationOf('Send_mail').reopenable).toBeUndefined();
  });

  it('does not let the way forward be given up', async () => {
    const { undo, operationOf } = await reviewed(sendOnce, { send_mail: ['dropped'] }, { until: 0 });
    expect(operationOf('Send_mail').state).toBe('unknown');
    await expect(undo()).rejects.toMatchObject({ code: 'STALE_STATE' });
  });

  it('is not carried out behind the back of its saga', async () => {
    const { operationOf, house } = await reviewed(sendOnce, { send_mail: times(5, 'locked') });
    expect(operationOf('Send_mail').state).toBe('dead');
    await expect(checkWanted(operationOf('Send_mail'), house.operations)).rejects.toMatchObject({
      code: 'STALE_STATE',
    });
  });
});

describe('a pivot that nobody can be sure of', () => {
  const unclear = () => reviewed(sendOnce, { send_goods: ['lost'] }, { twice: 'send_goods' });

  it('keeps what was done before it from being undone, even where the way forward has ended', async () => {
    const { saga, undo, goOn, picture, house } = await unclear();
    expect(saga()).toMatchObject({ state: 'review', reason: 'STEP_IN_REVIEW Send_goods' });
    await expect(undo()).rejects.toMatchObject({ code: 'STALE_STATE' });
    const seen = saga();
    if (!seen?.saga) throw new Error('there is no saga');
    const failed = { step: 'Send_goods', problem: '{"code":"GIVEN_UP","status":409}' };
    await house.operations.change(seen, { saga: { ...seen.saga, failed } });
    for (let days = 0; days < 2; days++) {
      await house.passTime();
      await goOn();
    }
    expect(await picture()).toEqual(['Take_a done', 'Send_goods review', 'Send_mail not_begun']);
    expect(house.shop.ledger).toEqual(['take_a', 'send_goods']);
  });

  it('leads forward once people have settled that it took effect', async () => {
    const { saga, settle, goOn, picture } = await unclear();
    await settle('Send_goods');
    await goOn();
    expect(saga()?.state).toBe('applied');
    expect(await picture()).toEqual(['Take_a done', 'Send_goods done', 'Send_mail done']);
  });
});

describe('a step that nobody can be sure of', () => {
  const unclear = () => reviewed(takeThree, { take_b: ['lost'] }, { twice: 'take_b' });

  it('stops the saga until a person has looked', async () => {
    const { saga, picture, house } = await unclear();
    expect(saga()).toMatchObject({ state: 'review', reason: 'STEP_IN_REVIEW Take_b' });
    expect(await picture()).toEqual(['Take_a done', 'Take_b review', 'Take_c not_begun']);
    expect(house.execution()?.status).toBe('RUNNING');
  });

  it('is looked up again, and the saga goes on with what is found', async () => {
    const { saga, retry, goOn, house } = await unclear();
    house.shop.things.pop();
    await retry('Take_b');
    await goOn();
    expect(saga()).toMatchObject({ state: 'applied' });
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'take_c']);
  });

  it('is what the saga waits for, though an operator has had it looked at meanwhile', async () => {
    const { saga, id, house, operationOf } = await unclear();
    const seen = saga();
    if (!seen) throw new Error('there is no saga');
    await house.operations.change(seen, { state: 'running', reason: undefined, act: { what: 'retried', by: 'olga' } });
    await park({ saga: id, step: 'Take_b', token: 't' }, { operations: house.operations, wake: async () => undefined });
    expect(saga()).toMatchObject({ state: 'review', reason: 'STEP_IN_REVIEW Take_b' });
    const other = { ...operationOf('Take_a'), step: { saga: id, of: 'take_three', name: 'Take_a', round: 1 } };
    await stepSettled(other, { by: 'piet', why: 'Seen.' }, house.operations);
    expect(saga()).toMatchObject({ state: 'review', reason: 'STEP_IN_REVIEW Take_b' });
  });

  it('stays for people where another look shows nothing new', async () => {
    const { saga, retry, goOn, picture } = await unclear();
    await retry('Take_b');
    await goOn();
    expect(saga()).toMatchObject({ state: 'review', reason: 'STEP_IN_REVIEW Take_b' });
    expect(await picture()).toContain('Take_b review');
  });

  it('does not keep the rest from being undone, and is called undone only when it is', async () => {
    const { saga, undo, goOn, picture, settle, house } = await unclear();
    await undo();
    await goOn();
    expect(saga()).toMatchObject({ state: 'review', reason: 'LEFT Take_b' });
    expect(await picture()).toEqual(['Take_a undone', 'Take_b review', 'Take_c not_done']);
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a']);
    const settled = await settle('Take_b');
    await stepSettled(settled, { by: 'piet', why: 'Seen.' }, house.operations);
    await goOn();
    expect(await picture()).toEqual(allUndone);
    expect(saga()).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP' });
    expect(JSON.parse(saga()?.result ?? '')).toMatchObject({ failedStep: 'Take_b', applied: 'no' });
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a', 'give_b']);
  });

  it('is undone by the machine on its own look, where nobody wakes it', async () => {
    const { saga, undo, goOn, settle, picture, house } = await unclear();
    await undo();
    await goOn();
    await settle('Take_b');
    await goOn();
    expect(await picture()).toContain('Take_b done');
    await house.passTime();
    await goOn();
    expect(saga()?.state).toBe('not_applied');
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a', 'give_b']);
  });

  it('lets the way forward be given up once, and wakes what still waits when it is said again', async () => {
    const { undo, goOn, saga, operationOf } = await unclear();
    await undo();
    expect(operationOf('Take_b').act).toMatchObject({ what: 'gave the way forward up' });
    await undo('piet');
    await goOn();
    expect(saga()?.saga?.failed?.step).toBe('Take_c');
  });

  it('is settled where operations are, not by marking it as done', async () => {
    const { done, operationOf } = await unclear();
    await expect(done('Take_b')).rejects.toMatchObject({
      code: 'STALE_STATE',
      message: expect.stringContaining(operationOf('Take_b').id),
    });
  });

  it('is not waited for by a machine that comes after the way forward was given up', async () => {
    const { undo, id, house } = await unclear();
    await undo();
    const woken: string[] = [];
    const parking = { operations: house.operations, wake: async (token: string) => void woken.push(token) };
    await park({ saga: id, step: 'Take_b', token: 'late' }, parking);
    expect(woken).toEqual(['late']);
  });
});

describe('a saga that is over', () => {
  it('is taken up again where a step turns out to have taken effect after all', async () => {
    const { saga, house, operationOf } = await reviewed(takeThree, { take_c: times(1, 'refused') });
    expect(saga()?.state).toBe('not_applied');
    const late = operationOf('Take_c');
    const { operation } = await house.operations.change(late, { state: 'applied', document: '3', result: '{}' });
    await stepSettled(operation, { by: 'piet', why: 'Seen.' }, house.operations);
    expect(saga()).toMatchObject({ state: 'review', reason: 'LATE_EFFECT Take_c', act: { by: 'piet' } });
    expect(saga()?.result).toBeUndefined();
  });

  it('is nothing that operators do anything about', async () => {
    const { retry, undo, done } = await reviewed(takeThree, {});
    for (const said of [retry('Take_a'), undo(), done('Take_a')])
      await expect(said).rejects.toMatchObject({ code: 'STALE_STATE' });
  });
});

it('a saga that an operator has given up does not answer as if nothing had been said', async () => {
  const { saga, id, undo, picture, house, goOn } = await reviewed(takeThree, { take_c: ['dropped'] }, { until: 0 });
  await undo();
  expect(await commit({ saga: id, result: {} }, house.operations)).toEqual({ next: 'failed', failed: 'Take_c' });
  await goOn();
  expect(await picture()).toEqual(['Take_a undone', 'Take_b undone', 'Take_c not_done']);
  expect(saga()?.state).toBe('not_applied');
});

it('an operator stops a saga that waits for certainty', async () => {
  const { saga, undo, goOn, picture, house } = await reviewed(takeThree, { take_b: ['dropped'] }, { until: 0 });
  expect(saga()?.state).toBe('running');
  await undo();
  await goOn();
  expect(await picture()).toEqual(['Take_a undone', 'Take_b not_done', 'Take_c not_done']);
  expect(saga()).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP' });
  expect(house.shop.ledger).toEqual(['take_a', 'give_a']);
});
