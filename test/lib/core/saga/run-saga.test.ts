import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { patienceFor, runStep } from '../../../../lib/core/saga/run-step.ts';
import { ask, defineSaga, hasAny } from '../../../../lib/core/saga/saga.ts';
import { undoStep } from '../../../../lib/core/saga/undo-step.ts';
import { draftOf } from '../operation/memory-operations.ts';
import { type Fate, look, machineOf, sagaHouse, sendGoods, sendMail, takeA, takeB, takeC } from './house.ts';

const declared = {
  summary: 'Takes things.',
  input: z.strictObject({ for: z.string() }),
  output: z.strictObject({ last: z.string() }),
  examples: [{ input: { for: 'x' }, output: { last: '3' } }],
} as const;

/** Three things, or none. */
const takeThree = defineSaga({
  ...declared,
  name: 'take_three',
  script: (step, given) => {
    step.call('Take_a', takeA, { for: given.for });
    step.call('Take_b', takeB, { for: given.for }, { approval: true });
    return { last: step.call('Take_c', takeC, { for: given.for }).document.id };
  },
});

/** Another version of it, with other steps, at which nobody is asked. */
const withoutPeople = defineSaga({
  ...declared,
  name: 'take_three',
  script: (step, given) => ({ last: step.call('Take_only', takeA, { for: given.for }).document.id }),
});

/** Looks first; what is sent then cannot be called back. */
const sendOnce = defineSaga({
  ...declared,
  name: 'send_once',
  script: (step, given) => {
    const seen = step.reads('Look', {
      Look_here: ask(look, { at: given.for }),
      Look_there: ask(look, { at: 'there' }),
    });
    step.when('Is_blocked', hasAny(seen.Look_here.blocks), () => {
      step.refuse('Refuse_blocked', 'DELIVERY_BLOCKED', 'It is blocked.');
    });
    step.call('Take_a', takeA, { for: given.for });
    const sent = step.call('Send_goods', sendGoods, { for: given.for }, { pivot: true });
    step.call('Send_mail', sendMail, { for: sent.document.id });
    return { last: sent.document.id };
  },
});

/** The fates of single contracts, one request after the other; then all is well. */
const fates =
  (planned: Partial<Record<string, Fate[]>>) =>
  (contract: string): Fate =>
    planned[contract]?.shift() ?? 'ok';

const forGood = (fate: Fate): Fate[] => Array<Fate>(200).fill(fate);
const allTaken = ['take_a', 'take_b', 'take_c'];
const undoneAfterTwo = ['take_a', 'take_b', 'give_b', 'give_a'];

describe('a saga', () => {
  it('does its steps in order and answers', async () => {
    const house = sagaHouse(takeThree);
    const id = await house.start();
    expect(house.operationOf(id)).toMatchObject({ state: 'applied', result: '{"last":"3"}' });
    expect(house.shop.ledger).toEqual(allTaken);
    expect(house.execution()?.status).toBe('SUCCEEDED');
  });

  it('runs once for one key', async () => {
    const house = sagaHouse(takeThree);
    const id = await house.start();
    expect(await house.start()).toBe(id);
    expect(house.shop.ledger).toEqual(allTaken);
  });

  it('undoes what was done, once each, in reverse order, when a step surely failed', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_c: ['refused'] }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
    expect(await house.picture(id)).toEqual(['Take_a undone', 'Take_b undone', 'Take_c not_done']);
    expect(house.operationOf(id)).toMatchObject({
      state: 'not_applied',
      reason: 'REFUSED_BY_SYSTEM',
      resultStatus: 422,
    });
    expect(JSON.parse(house.operationOf(id)?.result ?? '')).toMatchObject({ failedStep: 'Take_c', applied: 'no' });
  });

  it('undoes nothing when its first step fails', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_a: ['refused'] }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual([]);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
  });

  it.each([
    'locked',
    'down',
    'lost',
    'dropped',
  ] as const)('has every step once in effect where each is %s twice', async (fate) => {
    const twice = () => [fate, fate];
    const house = sagaHouse(takeThree, { fateOf: fates({ take_a: twice(), take_b: twice(), take_c: twice() }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(allTaken);
    expect(house.operationOf(id)).toMatchObject({ state: 'applied' });
  });

  it.each([
    'locked',
    'down',
    'lost',
    'dropped',
  ] as const)('has every compensation once in effect where each is %s twice', async (fate) => {
    const twice = () => [fate, fate];
    const fateOf = fates({ take_c: ['refused'], give_b: twice(), give_a: twice() });
    const house = sagaHouse(takeThree, { fateOf });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
  });

  it('undoes a step that took effect although nobody knew', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_b: ['lost'], take_c: ['refused'] }) });
    await house.start();
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
  });

  it('undoes the rest when a compensation fails for good, and calls nothing undone that is not', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_c: ['refused'], give_b: forGood('refused') }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a']);
    expect(await house.picture(id)).toEqual(['Take_a undone', 'Take_b not_undone', 'Take_c not_done']);
    expect(house.operationOf(id)).toMatchObject({ state: 'review', reason: 'LEFT Take_b' });
    expect(house.execution()?.status).toBe('RUNNING');
  });

  it('waits for people where a step asks them, and goes on when they agree', async () => {
    const house = sagaHouse(takeThree, { asking: ['Take_b'] });
    const id = await house.start();
    expect(house.operationOf(id)).toMatchObject({ state: 'applied' });
    expect([...house.items.values()].find(({ step }) => step?.name === 'Take_b')?.approval).toBeDefined();
  });

  it('undoes what was done when people refuse', async () => {
    const house = sagaHouse(takeThree, { asking: ['Take_b'], approves: () => false });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'give_a']);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied', reason: 'APPROVAL_REFUSED' });
  });

  it('is carried out once where every function dies after its work', async () => {
    let calls = 0;
    const house = sagaHouse(takeThree, { dies: () => calls++ % 2 === 0, fateOf: fates({ take_c: ['refused'] }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
  });

  it('undoes in reverse order although the function that undoes dies several times before it has done anything', async () => {
    let calls = 0;
    const fails = ({ do: does, step }: { do: string; step?: string }) =>
      does === 'undo' && step === 'Take_b' && calls++ < 5;
    const house = sagaHouse(takeThree, { fails, fateOf: fates({ take_c: ['refused'] }) });
    await house.start();
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
  });

  it('undoes the rest where the function that undoes one step never works', async () => {
    const fails = ({ do: does, step }: { do: string; step?: string }) => does === 'undo' && step === 'Take_b';
    const house = sagaHouse(takeThree, { fails, fateOf: fates({ take_c: ['refused'] }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'take_b', 'give_a']);
    expect(house.operationOf(id)).toMatchObject({ state: 'review', reason: 'LEFT Take_b' });
  });

  it('undoes what another execution did, though the one in its place has not come so far when the way forward ends', async () => {
    let executions = 1;
    let id = '';
    const problem = JSON.stringify({ code: 'GIVEN_UP', detail: 'It is given up.', status: 409 });
    const fails = ({ do: does, step }: { do: string; step?: string }) => {
      const seen = house.operationOf(id);
      const ends = executions === 2 && does === 'step' && step === 'Take_a' && seen?.saga;
      if (ends) house.items.set(id, { ...seen, saga: { ...ends, failed: { step: 'Take_c', problem } } });
      return false;
    };
    const fateOf = fates({ take_c: ['dropped'] });
    const house = sagaHouse(takeThree, { fails, fateOf });
    id = await house.start(undefined, undefined, 1_000);
    executions = 2;
    await house.replace(id);
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP' });
  });

  it('calls a step undone as soon as its undoing has taken effect', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_c: ['refused'] }) });
    const id = await house.start();
    for (const each of house.items.values()) house.items.set(each.id, { ...each, undoneBy: undefined });
    expect(await house.picture(id)).toEqual(['Take_a undone', 'Take_b undone', 'Take_c not_done']);
  });

  it('looks less and less often for what is not settled: a year of it fits into one execution', () => {
    for (const state of ['unknown', 'queued', 'review'] as const) {
      let looks = 0;
      for (let now = 0; now < 365 * 24 * 3_600_000; looks++)
        now += 1_000 * patienceFor({ ...draftOf('o', 0), state, since: 0 }, now);
      expect(looks).toBeLessThan(1_000);
    }
  });

  it('gives up for a reason of its own, by what it has read', async () => {
    const house = sagaHouse(sendOnce);
    house.shop.shown.blocks = ['credit'];
    const id = await house.start();
    expect(house.shop.ledger).toEqual([]);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied', reason: 'DELIVERY_BLOCKED' });
  });

  it('asks again where a read gets no answer, and gives up where there is nothing', async () => {
    const patient = sagaHouse(sendOnce, { fateOf: fates({ look: ['down', 'down', 'down'] }) });
    expect(patient.operationOf(await patient.start())).toMatchObject({ state: 'applied' });
    const refused = sagaHouse(sendOnce, { fateOf: fates({ look: ['ok', 'refused'] }) });
    expect(refused.operationOf(await refused.start())).toMatchObject({ state: 'not_applied', reason: 'NOT_FOUND' });
    expect(refused.shop.ledger).toEqual([]);
  });

  const sendPatiently = defineSaga({
    ...declared,
    name: 'send_patiently',
    script: (step, given) => {
      const patience = { codes: ['NOT_PICKED'], hours: 1 } as const;
      const sent = step.call('Send_goods', sendGoods, { for: given.for }, { pivot: true, patience });
      return { last: sent.document.id };
    },
  });

  it('tries again for a while what is only too early', async () => {
    const patient = sagaHouse(sendPatiently, { fateOf: fates({ send_goods: ['early', 'early'] }) });
    expect(patient.operationOf(await patient.start())).toMatchObject({ state: 'applied' });
    const tooEarly = sagaHouse(sendPatiently, { fateOf: fates({ send_goods: forGood('early') }) });
    expect(tooEarly.operationOf(await tooEarly.start())).toMatchObject({ state: 'not_applied', reason: 'NOT_PICKED' });
    expect(tooEarly.shop.ledger).toEqual([]);
  });

  it('gives a step that came too early one operation more, however many calls see that', async () => {
    const house = sagaHouse(sendPatiently, { fateOf: fates({ send_goods: ['early'] }) });
    const id = await house.start(undefined, undefined, 0);
    const call = { saga: id, step: 'Send_goods', tool: 'shop_send_goods', input: { for: 'x' } };
    const seen = house.operationOf(id);
    const before = seen?.saga && { ...seen, saga: { plan: seen.saga.plan } };
    // As a call sees it that began before the first one was refused.
    const get = async (each: string) => (each === id ? before : house.on.operations.get(each));
    await runStep(
      { ...call, patience: { codes: ['NOT_PICKED'], hours: 1 } },
      { ...house.on, operations: { ...house.on.operations, get } },
    );
    expect(house.operationOf(id)?.saga?.rounds).toEqual({ Send_goods: 2 });
  });

  it('undoes what was done before a pivot that fails', async () => {
    const house = sagaHouse(sendOnce, { fateOf: fates({ send_goods: ['refused'] }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'give_a']);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied' });
  });

  it('undoes nothing after the pivot: a person sees to what fails then', async () => {
    const house = sagaHouse(sendOnce, { fateOf: fates({ send_mail: forGood('refused') }) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'send_goods']);
    expect(house.operationOf(id)).toMatchObject({ state: 'review' });
    expect(await house.picture(id)).toContain('Send_goods done');
  });

  it('lets no call that arrives late begin what was given up', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_c: ['refused'] }) });
    const id = await house.start();
    const late = { saga: id, step: 'Take_b', tool: 'shop_take_b', input: { for: 'x' } };
    expect(await runStep(late, house.on)).toEqual({ next: 'failed', failed: 'Take_c' });
    expect(house.shop.ledger).toEqual(undoneAfterTwo);
  });

  it('ends as it began where another version is deployed while it waits', async () => {
    const options = { machine: machineOf(takeThree), asking: ['Take_b'] };
    const house = sagaHouse(withoutPeople, options);
    expect(house.operationOf(await house.start())).toMatchObject({ state: 'applied', result: '{"last":"3"}' });
    const failing = sagaHouse(withoutPeople, { ...options, fateOf: fates({ take_c: ['refused'] }) });
    const id = await failing.start();
    expect(failing.shop.ledger).toEqual(undoneAfterTwo);
    expect(failing.operationOf(id)).toMatchObject({ state: 'not_applied' });
  });

  it('does nothing without the people that its machine asks, where the grant no longer names any', async () => {
    const house = sagaHouse(withoutPeople, { machine: machineOf(takeThree) });
    const id = await house.start();
    expect(house.shop.ledger).toEqual(['take_a', 'give_a']);
    expect(house.operationOf(id)).toMatchObject({ state: 'not_applied', reason: 'NOT_GRANTED' });
  });

  it('takes back what might yet undo a step that people have seen to', async () => {
    const house = sagaHouse(takeThree, { fateOf: fates({ take_c: ['refused'], give_b: forGood('refused') }) });
    const id = await house.start();
    const saga = house.operationOf(id);
    const undoing = [...house.items.values()].find(({ step }) => step?.name === 'Undo_Take_b');
    if (!saga?.saga || !undoing) throw new Error('there is nothing left to undo');
    const said = { Take_b: { by: 'one', why: 'It is back.', at: 0, confirmedBy: 'another' } };
    await house.operations.change(saga, { saga: { ...saga.saga, said } });
    await house.operations.change(undoing, { reopenable: true, expiration: undefined });
    const call = { saga: id, step: 'Take_b', tool: 'shop_take_b', undo: 'shop_give_b' };
    expect(await undoStep(call, house.on)).toEqual({ next: 'done' });
    expect(house.operationOf(undoing.id)).toMatchObject({ state: 'not_applied', reason: 'TAKEN_BACK' });
    expect(house.operationOf(undoing.id)?.reopenable).toBeUndefined();
  });
});
