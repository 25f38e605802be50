import { describe, expect, test } from 'vitest';
import { decide } from '../../../../lib/core/approval/approval.ts';
import { passOn } from '../../../../lib/core/approval/delegation.ts';
import { asking, hour } from './asking-bench.ts';

const away = { from: '2026-01-01', to: '2026-12-31' };

describe('asking', () => {
  test('mails everybody once, however often the machine comes', async () => {
    const bench = await asking();
    for (let n = 0; n < 3; n++) await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'ben']);
    expect(await bench.round()).toMatchObject({ token: 'token-3', mailed: ['anna', 'ben'] });
  });

  test('goes on with the others when one mail fails, and comes back for that one', async () => {
    let down = true;
    const bench = await asking({ deliver: async (to) => (to === 'anna' && down ? new Error('throttled') : undefined) });
    await expect(bench.ask()).rejects.toThrow('throttled');
    expect(bench.mailed()).toEqual(['ben']);
    down = false;
    await bench.ask();
    expect(bench.mailed()).toEqual(['ben', 'anna']);
  });

  test('stops when somebody decides meanwhile, and mails nobody who has answered', async () => {
    const bench: Awaited<ReturnType<typeof asking>> = await asking({
      asked: { of: ['anna', 'ben', 'carla'], need: 2 },
      deliver: async (to) => {
        if (to === 'anna') await decideAs('ben');
        return undefined;
      },
    });
    const decideAs = async (approver: string) => {
      const round = await bench.round();
      const change = decide(round, { approver, verdict: 'approve', at: bench.state.now });
      if (typeof change !== 'string') await bench.approvals.change(round, change);
    };
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'carla']);
    expect((await bench.round()).decisions).toHaveLength(1);
  });

  test('leaves the rest to the run that took over its token', async () => {
    const bench: Awaited<ReturnType<typeof asking>> = await asking({
      deliver: async (to) => {
        if (to === 'anna') await bench.approvals.change(await bench.round(), { token: 'newer' });
        return undefined;
      },
    });
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna']);
    expect(await bench.round()).toMatchObject({ token: 'newer', mailed: ['anna'] });
  });

  test('mails whoever a question was passed on to, and the journal tells of it', async () => {
    const bench = await asking();
    await bench.ask();
    const seen = await bench.round();
    const change = passOn(seen, { from: 'anna', to: 'carla', approvers: bench.on.approvers, at: bench.state.now });
    if (typeof change === 'string') throw new Error(change);
    await bench.approvals.change(seen, change);
    expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 72 * 3600 });
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'ben', 'carla']);
    expect(await bench.round()).not.toHaveProperty('again', true);
    expect(bench.journaled()).toEqual([
      { type: 'approval.asked', reason: 'anna, ben' },
      { type: 'approval.passed_on', by: 'anna', approver: 'carla' },
    ]);
  });
});

describe('an absent approver', () => {
  test('is stood in for', async () => {
    const bench = await asking({ absences: { anna: { ...away, standIn: 'carla' } } });
    await bench.ask();
    expect(bench.mailed()).toEqual(['carla', 'ben']);
    expect((await bench.round()).passedOn).toMatchObject([{ from: 'anna', to: 'carla', absent: true }]);
    expect(bench.journaled()).toContainEqual({
      ...{ type: 'approval.passed_on', approver: 'carla', reason: 'anna is absent' },
    });
  });

  test('is not asked where others are enough', async () => {
    const bench = await asking({ absences: { anna: away } });
    await bench.ask();
    expect(bench.mailed()).toEqual(['ben']);
  });

  test('is asked nevertheless where too few are left', async () => {
    const bench = await asking({ asked: { need: 2 }, absences: { anna: away } });
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'ben']);
    expect((await bench.round()).absent).toEqual(['anna']);
  });

  test.each([
    ['is absent too', { absences: { carla: { ...away, standIn: 'dora' } } }],
    ['must not decide it', { asked: { never: ['carla'] } }],
    ['approves less', { asked: { value: '900' }, approvers: { carla: { limit: '800' } } }],
    ['stands in for somebody who approves less', { asked: { value: '900' }, approvers: { anna: { limit: '800' } } }],
  ])('is not stood in for by somebody who %s', async (_, {
    absences,
    ...more
  }: Parameters<typeof asking>[0] & object) => {
    const bench = await asking({ ...more, absences: { anna: { ...away, standIn: 'carla' }, ...absences } });
    await bench.ask();
    expect(bench.mailed()).toEqual(['ben']);
  });

  test('is not stood in for by somebody who is asked already, nor two by one', async () => {
    const both = { anna: { ...away, standIn: 'carla' }, ben: { ...away, standIn: 'carla' } };
    const bench = await asking({ asked: { need: 2 }, absences: both });
    await bench.ask();
    expect((await bench.round()).of).toEqual(['carla', 'ben']);
    expect((await bench.round()).absent).toEqual(['ben']);
  });
});

describe('an escalation', () => {
  const asked = { escalate: { after: 24, to: ['carla'] } };

  test('asks others too when it is due, once, and the journal says why', async () => {
    const bench = await asking({ asked });
    expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 24 * 3600 });
    await bench.ask();
    expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 24 * 3600 });
    bench.state.now += 24 * hour;
    for (let n = 0; n < 2; n++) expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 48 * 3600 });
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'ben', 'carla']);
    expect(bench.journaled()).toContainEqual({
      ...{ type: 'approval.escalated', by: undefined, reason: 'not settled in time: carla' },
    });
  });

  test('never decides: it stays open until its end, and is refused then', async () => {
    const bench = await asking({ asked });
    await bench.ask();
    bench.state.now += 71 * hour;
    expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 3600 });
    expect(bench.erp.sends).toBe(0);
    bench.state.now += hour;
    expect(await bench.look()).toEqual({ next: 'done' });
    expect([(await bench.round()).status, bench.erp.sends]).toEqual(['expired', 0]);
  });

  test('asks nobody who must not decide it, approves less, or was asked before', async () => {
    const bench = await asking({
      asked: { never: ['dora'], value: '900', escalate: { after: 1, to: ['dora', 'emil', 'ben', 'carla'] } },
      approvers: { emil: { limit: '800' } },
    });
    await bench.ask();
    bench.state.now += hour;
    await bench.look();
    expect((await bench.round()).of).toEqual(['anna', 'ben', 'carla']);
  });

  test('counts working hours, as the end does', async () => {
    const hours = {
      timeZone: 'Europe/Berlin',
      workingTime: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' },
    } as const;
    const bench = await asking({ asked: { within: 9, escalate: { after: 3, to: ['carla'] } }, hours });
    // A Friday, 16:00 in Berlin.
    bench.state.now = Date.parse('2026-11-20T15:00:00Z');
    await bench.ask();
    const { expiresAt, escalation } = await bench.round();
    expect([expiresAt, escalation?.at].map((at) => new Date(at ?? 0).toISOString())).toEqual([
      '2026-11-23T15:00:00.000Z',
      '2026-11-23T09:00:00.000Z',
    ]);
    bench.state.now += 3 * hour;
    expect(await bench.look()).toEqual({ next: 'ask', timeoutSeconds: 63 * 3600 });
  });
});

describe('a mail that does not arrive', () => {
  const asked = { escalate: { after: 24, to: ['carla'] } };

  test('escalates at once, and wakes what waits', async () => {
    const bench = await asking({ asked });
    await bench.ask();
    await bench.bounce('anna');
    expect(bench.woken).toEqual(['token-1']);
    await bench.look();
    await bench.ask();
    expect([bench.mailed(), bench.unanswered]).toEqual([['anna', 'ben', 'carla'], []]);
    expect(bench.journaled().slice(1)).toMatchObject([
      { type: 'approval.undelivered', approver: 'anna', reason: 'Email Bounced' },
      { type: 'approval.escalated', reason: 'no mail reaches anna: carla' },
    ]);
  });

  test('told twice, or of somebody who is not asked, changes nothing more', async () => {
    const bench = await asking({ asked });
    await bench.ask();
    for (const name of ['anna', 'anna', 'mallory', 'carla', 'ben', 'carla']) await bench.bounce(name);
    const { happened, of } = await bench.round();
    expect(of).toEqual(['anna', 'ben', 'carla']);
    expect(happened?.map(({ type, approver }) => [type, approver])).toEqual([
      ['undelivered', 'anna'],
      ['escalated', undefined],
      ['undelivered', 'carla'],
      ['undelivered', 'ben'],
    ]);
  });

  test('with nobody left to ask raises an alarm; it stays open until it expires', async () => {
    const bench = await asking();
    await bench.ask();
    await bench.bounce('anna');
    expect(bench.unanswered).toEqual(['o1.1']);
    expect([(await bench.round()).status, bench.erp.sends]).toEqual(['pending', 0]);
  });

  test('to an address that is refused escalates in the same run, and the others are asked', async () => {
    const bench = await asking({ asked, deliver: async (to) => (to === 'anna' ? 'unreachable' : undefined) });
    await bench.ask();
    expect(bench.mailed()).toEqual(['ben', 'carla']);
    expect(await bench.round()).toMatchObject({ unreached: ['anna'], status: 'pending' });
    expect(bench.unanswered).toEqual([]);
    await bench.ask();
    expect(bench.mailed()).toEqual(['ben', 'carla']);
  });

  test('because SES rejects it is the fault of the address if it takes others', async () => {
    const bench = await asking({ asked, deliver: async (to) => (to === 'anna' ? 'rejected' : undefined) });
    await bench.ask();
    expect([bench.mailed(), (await bench.round()).unreached]).toEqual([['ben', 'carla'], ['anna']]);
  });

  test('because SES takes none at all is tried again, and escalates nothing', async () => {
    let verified = false;
    const bench = await asking({ asked, deliver: async () => (verified ? undefined : 'rejected') });
    await expect(bench.ask()).rejects.toThrow('no mail is taken');
    expect(await bench.round()).not.toHaveProperty('unreached');
    verified = true;
    await bench.ask();
    expect(bench.mailed()).toEqual(['anna', 'ben']);
  });

  test('after the decision is of no account', async () => {
    const bench = await asking({ asked });
    await bench.ask();
    await bench.approvals.change(await bench.round(), { status: 'refused' });
    await bench.bounce('anna');
    expect([bench.woken, bench.unanswered, (await bench.round()).unreached]).toEqual([[], [], undefined]);
  });
});
