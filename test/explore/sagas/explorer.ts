import { powertoolsOnce } from '../../../lib/aws/once.ts';
import { roundId } from '../../../lib/core/approval/carry-out.ts';
import { isCountersignError } from '../../../lib/core/errors.ts';
import { isFinal, type Operation, type Operations, operationIdOf } from '../../../lib/core/operation/operation.ts';
import type { StateMachine } from '../../../lib/core/state-machine.ts';
import { answered } from '../../../local/services/stepfunctions/invoke-lambda.ts';
import type { Outcome } from '../../../local/services/stepfunctions/place.ts';
import { memoryApprovals, roundOf } from '../../lib/core/approval/memory-approvals.ts';
import { memoryTotals } from '../../lib/core/policy/memory-totals.ts';
import { type Process, startProcess, WayLost } from '../process.ts';
import { seeded } from '../random.ts';
import { sharedStores } from '../stores.ts';
import { virtualClock } from '../virtual-clock.ts';
import { definitionOf, deploys, shop } from './deployed.ts';
import { fatesOf } from './fates.ts';
import {
  account,
  approvedFunction,
  type House,
  lookAfterFunction,
  operatorFunction,
  relayFunction,
  repairFunction,
  sagasFunction,
  stepsFunction,
  workFunction,
} from './house.ts';
import { machines } from './machines.ts';
import { type Act, type OperatorAct, operatorActs, type Schedule } from './schedule.ts';
import { type Watch, watching } from './watch.ts';

/** Rules that a test breaks on purpose, to see that it is noticed. */
export interface Broken {
  /** What the functions of sagas see of the operations. */
  readonly seen?: (operations: Operations) => Operations;
  /** What is deployed instead of the compiled machine. */
  readonly machine?: (compiled: StateMachine) => StateMachine;
  /** What a function answers instead. */
  readonly answer?: (event: Readonly<Record<string, unknown>>, answer: unknown) => unknown;
  /** Whether a function does nothing, and answers as if it had. */
  readonly skips?: (event: Readonly<Record<string, unknown>>) => boolean;
  /** Whether an undoing looks at what there is. */
  readonly looks?: boolean;
  /** Whether every execution does the steps anew. */
  readonly anew?: boolean;
}

const key = 'k';
const hour = 3_600_000;
/** How long functions may take that machines call, and agents, in ms. */
const functionLimit = 60_000;
const callLimit = 28_000;

/** Lets a saga live through a schedule, then lets everything come back; answers what there is to check. `told`: with a trace of everything that happened. */
export async function explore(schedule: Schedule, broken: Broken = {}, { told = false } = {}): Promise<Watch> {
  const clock = virtualClock();
  const from = clock.now();
  const random = seeded(schedule.pace);
  const trace: string[] = [];
  const note = (what: string): void => {
    if (told) trace.push(`${((clock.now() - from) / 1_000).toFixed(1)}s ${what}`);
  };
  const fate = fatesOf(schedule, { random, note });
  const stores = sharedStores(clock, { indexLag: fate.indexLag });
  const people = memoryApprovals();
  const living = new Set<Process>();
  let started = 0;

  const spawn = (kind: string, onDeath = (): void => {}): Process => {
    const name = `${kind}${started++}`;
    const process: Process = startProcess(name, {
      ...{ clock, wayTo: fate.wayTo },
      onDeath: () => {
        living.delete(process);
        note(`${name} dies`);
        onDeath();
      },
    });
    living.add(process);
    return process;
  };

  const invoke = (_: string, event: unknown): Promise<Outcome | undefined> =>
    new Promise((resolve) => {
      const fault = fate.nextCall();
      const { do: does, step = '' } = event as { do: string; step?: string };
      if (fault !== undefined) note(`call of ${does} ${step}: ${fault}`);
      if (fault === 'throttled') return resolve({ failure: { error: 'Lambda.TooManyRequestsException' } });
      if (fault === 'no answer') resolve(undefined);
      if (fault === 'lost' || fault === 'straggles') resolve({ failure: { error: 'Lambda.SdkClientException' } });
      const died = (): void => resolve({ failure: { error: 'Lambda.Unknown' } });
      const process = spawn(`${does} ${step} `, died);
      if (fault === 'straggles') fate.slowDown(process);
      clock.at(clock.now() + functionLimit, () => living.has(process) && process.die());
      const ended = (outcome: Outcome): void => {
        if (process.isDead()) return;
        living.delete(process);
        if (fault === 'dies after') died();
        else resolve(outcome);
      };
      const isSkipped = broken.skips?.(event as Record<string, unknown>) ?? false;
      const work = isSkipped ? Promise.resolve({}) : stepsFunction(house, process)(event as never);
      work.then(
        (answer) => {
          const told = broken.answer ? broken.answer(event as Record<string, unknown>, answer) : answer;
          note(`${process.name}: ${JSON.stringify(told ?? {})}`);
          ended(answered(told ?? {}, ''));
        },
        (error: unknown) => {
          const name = error instanceof Error ? error.name : 'Error';
          note(`${process.name}: ${String(error)}`);
          const isExpected = name === 'StepNotYet' || error instanceof WayLost || codeOf(error) === 'STALE_STATE';
          if (!isExpected) watch.surprise(error);
          ended({ failure: { error: name } });
        },
      );
    });
  const definition = definitionOf(schedule.saga, broken.machine);
  const engine = machines({
    ...{ clock, random, invoke, definitionOf: () => definition },
    defect: (what) => watch.surprise(what),
  });
  let configuration: (typeof deploys)[keyof typeof deploys] = deploys.rich;
  const house: House = {
    ...{ stores, machines: engine, approvals: people.approvals, totals: memoryTotals().totals, once: powertoolsOnce },
    ...{ configuration: () => configuration, seen: broken.seen ?? ((operations) => operations) },
  };
  const { things, shown } = shop.open({
    ...{ clock, looks: broken.looks ?? true, isClosed: fate.isClosed, fateOf: fate.fateOf },
    effected(effect) {
      note(`EFFECT ${effect.what} ${effect.thing.id}`);
      watch.effected(effect);
    },
  });
  if (schedule.isBlocked) shown.blocks = ['credit'];
  if (schedule.isDear) shown.amount = '500';
  const id = operationIdOf({ principal: `${account}/buyer`, tool: schedule.saga, key });
  const watch = watching({ id, script: schedule.saga, stores, things, engine, trace, isStuck: fate.isStuck });

  const run = async (kind: string, work: (process: Process) => Promise<unknown>): Promise<void> => {
    const process = spawn(kind);
    note(`${process.name} begins`);
    // What a death cut short never ends.
    await Promise.race([
      work(process).catch((error: unknown) => {
        if (error instanceof WayLost || isStoreDown(error)) return;
        if (kind === 'operator' && isCountersignError(error))
          return note(`${process.name}: ${error.code} ${error.message}`);
        watch.surprise(error);
      }),
      clock.sleep(400_000),
    ]);
    living.delete(process);
  };
  const begun = (about = 'x'): Promise<void> =>
    run('start', async (process) => {
      clock.at(clock.now() + callLimit, () => living.has(process) && process.die());
      const call = { principal: { account, role: 'buyer' }, tool: schedule.saga, keys: [key], traceId: 't' };
      const answer = await sagasFunction(house, process)({ ...call, body: JSON.stringify({ for: about }) });
      note(`${process.name}: ${answer.status}`);
      watch.told(about, answer);
    });

  const operate = async (act: OperatorAct): Promise<void> => {
    const step = await watch.leftStep();
    note(`operator: ${act} ${step}`);
    if (act === 'mend') return fate.mend();
    if (act === 'give back') return void watch.giveBack(step);
    await run('operator', async (process) => {
      const does = operatorFunction(house, process);
      if (act === 'retry') await does.retry(id, step);
      else if (act === 'mark' || act === 'pretend') await does.markDone(id, step, act === 'pretend');
      else if (act === 'confirm') await does.confirmDone(id, step);
      else if (act === 'settle') await does.settle();
      else if (act === 'give up') await does.giveUp(id);
      else await does.redrive();
    });
  };

  const records: Operation[] = [];
  let isRelaying = false;
  const relayed = async (): Promise<void> => {
    if (isRelaying) return;
    isRelaying = true;
    while (records.length > 0) {
      const [record] = records;
      const process = spawn('relay');
      const outcome = record && relayFunction(house, process)(record);
      // One that has died never answers; the stream gives the record to the next one.
      const done = await Promise.race([
        outcome?.then(
          () => true,
          () => false,
        ),
        clock.sleep(60_000).then(() => false),
      ]);
      living.delete(process);
      if (done && records[0] === record) records.shift();
      else if (!done) await clock.sleep(1_000);
    }
    isRelaying = false;
  };
  const relaySoon = (): void => clock.at(clock.now() + (fate.isEven ? 0 : 150), () => void relayed());
  const woken = (): Promise<void> =>
    run('approved', async (process) => {
      const step = approvedFunction(house, process);
      for (const each of [...stores.items.values()]) if (each.approval) await step(each.id);
    });
  const asked = (operation: Operation): void => {
    const round = roundId(operation);
    if (people.items.has(round)) return;
    const { id: operationId, digest } = operation;
    const createdAt = clock.now();
    people.items.set(
      round,
      roundOf({ id: round, operationId, digest, createdAt, expiresAt: createdAt + 72 * hour, status: 'pending' }),
    );
    const { approval } = schedule;
    const expired = (): void => void woken();
    clock.at(createdAt + 72 * hour + 1_000, expired);
    if (approval && approval.after < 72 * hour)
      clock.at(createdAt + approval.after, () => {
        const pending = people.items.get(round);
        if (pending?.status !== 'pending') return;
        const { version } = pending;
        people.items.set(round, { ...pending, version: version + 1, status: approval.yes ? 'approved' : 'refused' });
        if (approval.yes) watch.approved(operationId);
        note(`people say ${approval.yes ? 'yes' : 'no'}`);
        void woken();
      });
  };
  let executions = 0;
  stores.follow((image) => {
    const { step, state, reason, attempts, version } = image;
    note(`${step?.name ?? 'SAGA'} v${version} ${state} ${reason ?? ''} ${attempts}`);
    watch.changed(image);
    if (state === 'awaiting_approval') asked(image);
    records.push(image);
    relaySoon();
  });

  const acts: Readonly<Record<Exclude<Act['do'], OperatorAct>, () => void>> = {
    'start again': () => void begun(),
    'start otherwise': () => void begun('y'),
    abort: () => engine.abort(),
    restart() {
      for (const process of living) process.die();
      engine.restart();
      isRelaying = false;
      relaySoon();
    },
    'wake all': () => engine.wakeAll(),
    work: () => void run('work', (process) => workFunction(house, process)()),
    'look after': () => void run('look after', (process) => lookAfterFunction(house, process)()),
    repair: () => void run('repair', (process) => repairFunction(house, process)()),
    'lose records': () => void records.splice(1),
    'repeat records'() {
      records.push(...stores.items.values());
      relaySoon();
    },
    'take the grant'() {
      configuration = configuration === deploys.off ? deploys.rich : deploys.off;
    },
    'lower the limit'() {
      configuration = configuration === deploys.poor ? deploys.rich : deploys.poor;
    },
    close: () => fate.close(true),
    open: () => fate.close(false),
    kill: () => [...living][0]?.die(),
    look: () => void watch.look(),
  };
  const rounds = async (): Promise<void> => {
    for (let n = 0; n < (fate.isStuck() ? 12 : 60) && !(await watch.isAtRest()); n++) {
      await clock.sleep(n < 8 ? 900_000 : 6 * hour);
      await acts_.repair();
      await acts_.lookAfter();
      await woken();
      await acts_.work();
    }
  };
  const acts_ = {
    repair: () => run('repair', (process) => repairFunction(house, process)()),
    lookAfter: () => run('look after', (process) => lookAfterFunction(house, process)()),
    work: () => run('work', (process) => workFunction(house, process)()),
  };
  const life = async (): Promise<void> => {
    void begun();
    for (const each of schedule.steps) {
      await clock.sleep(each.after);
      note(`-- ${each.do}`);
      if (each.do === 'abort' && broken.anew) anew();
      if (isOperators(each.do)) void operate(each.do);
      else acts[each.do]();
    }
    // Whoever is still at work has done it then, or never will.
    await clock.sleep(functionLimit + 10_000);
    fate.end();
    configuration = deploys.rich;
    for (const process of living) process.die();
    note('everything comes back');
    await begun();
    await rounds();
    for (const each of schedule.operators) {
      if (watch.saga()?.state !== 'review') break;
      await operate(each);
      await rounds();
      await watch.look();
    }
    await clock.sleep(25 * hour);
    await acts_.lookAfter();
    await rounds();
    await begun(watch.about());
    await watch.look();
    engine.stop();
  };
  const anew = (): void => {
    const item = stores.items.get(id);
    if (!item?.saga || isFinal(item)) return;
    executions++;
    const { plan } = item.saga;
    const saga = { ...item.saga, rounds: Object.fromEntries(plan.map(({ step }) => [step, executions + 1])) };
    stores.items.set(id, { ...item, saga });
  };
  await clock.live(life);
  return watch;
}

const isOperators = (act: Act['do']): act is OperatorAct => operatorActs.some((each) => each === act);
const codeOf = (error: unknown): string | undefined => (isCountersignError(error) ? error.code : undefined);
const isStoreDown = (error: unknown): boolean => codeOf(error) === 'STORE_UNAVAILABLE';
