import type { Answer } from '../../../lib/core/operation/answer.ts';
import { isFinal, type Operation, stepIdOf } from '../../../lib/core/operation/operation.ts';
import { type SagaOperation, type StepState, stepIn, stepsOf } from '../../../lib/core/saga/progress.ts';
import { undoName } from '../../../lib/core/saga/saga.ts';
import type { SharedStores } from '../stores.ts';
import type { Machines } from './machines.ts';
import type { Effect, Thing } from './shop.ts';

interface Watched {
  /** Operation of the saga. */
  readonly id: string;
  readonly script: string;
  readonly stores: SharedStores;
  readonly things: readonly Thing[];
  readonly engine: Machines;
  readonly trace: readonly string[];
  /** Whether the shop is closed for something for ever. */
  isStuck(): boolean;
}

/** Which step has which effect, in the order of the scripts. */
const effectOf: Readonly<Record<string, string>> = {
  Take_a: 'take_a',
  Take_b: 'take_b',
  Take_c: 'take_c',
  Send_goods: 'send_goods',
  Send_mail: 'send_mail',
};
const stepWith = (what: string): string | undefined => Object.keys(effectOf).find((each) => effectOf[each] === what);
/** What nothing calls back. */
const forGood: ReadonlySet<string> = new Set(['send_goods', 'send_mail']);
/** What has to be in effect when the saga is done, whatever it chose. */
const needed: Readonly<Record<string, readonly string[]>> = {
  take_three: ['take_a', 'take_b', 'take_c'],
  send_once: ['take_a', 'send_goods', 'send_mail'],
  take_and_tell: ['take_a', 'take_b', 'send_mail'],
};
const askedFor: ReadonlySet<string> = new Set(['take_three take_b', 'take_and_tell take_b']);
const settled: ReadonlySet<Operation['state']> = new Set(['applied', 'not_applied', 'review', 'dead']);
const passedOver: ReadonlySet<Operation['state']> = new Set(['not_applied', 'review', 'dead']);

/** Looks at a life from outside, while it takes place and afterwards: what the shop says against what the product says. */
export function watching({ id, script, stores, things, engine, trace, isStuck }: Watched) {
  const wrong = new Set<string>();
  const approved = new Set<string>();
  const byHand = new Set<string>();
  let last: { readonly body: string; readonly status: number } | undefined;
  let finalBody: string | undefined;
  const note = (what: string): void => void wrong.add(what);
  const saga = (): SagaOperation | undefined => stores.items.get(id) as SagaOperation | undefined;
  const stepOf = ({ reference }: Thing): Operation | undefined =>
    [...stores.items.values()].find((each) => each.reference === reference && each.step?.undoes === undefined);
  const isThere = (what: string): boolean => things.some((thing) => thing.what === what && thing.given === 0);
  const undoOf = (step: string): Operation | undefined => {
    const of = saga();
    return of && stores.items.get(stepIdOf(stepIn(of, undoName(step), step)));
  };

  const made = (thing: Thing): void => {
    const operation = stepOf(thing);
    const { what } = thing;
    if (things.filter((each) => each.what === what).length > 1) note(`${what} twice`);
    if (operation === undefined) {
      note(`${what} for no operation`);
      return;
    }
    if (askedFor.has(`${script} ${what}`) && !approved.has(operation.id)) note(`${what} before anybody approved it`);
    const isLate = operation.state === 'not_applied' || operation.state === 'dead';
    if (isLate) note(`${what} after it was called ${operation.state}`);
    if (!forGood.has(what)) return;
    const before = needed[script] ?? [];
    for (const earlier of before.slice(0, before.indexOf(what)))
      if (!isThere(earlier)) note(`${what} without ${earlier}`);
  };
  const given = (thing: Thing): void => {
    if (thing.given > 1 && !byHand.has(thing.what)) note(`${thing.what} given back twice`);
    if (things.some(({ what }) => forGood.has(what))) note(`${thing.what} given back after the point of no return`);
    for (const later of things.slice(things.indexOf(thing) + 1)) {
      const operation = stepOf(later);
      const undoing = operation?.step && undoOf(operation.step.name);
      const isLeft =
        operation?.state === 'review' || isAccepted(later.what) || (undoing && passedOver.has(undoing.state));
      if (later.given === 0 && !isLeft) note(`${thing.what} given back before ${later.what}`);
    }
  };
  /** Two operators have said that it is as good as undone. */
  const isAccepted = (what: string): boolean => {
    const step = stepWith(what);
    return step !== undefined && saga()?.saga.said?.[step]?.confirmedBy !== undefined;
  };
  const ended = (image: Operation): void => {
    if (image.state === 'applied')
      for (const what of needed[script] ?? []) if (!isThere(what)) note(`done without ${what}`);
    if (image.state === 'applied' && things.some((thing) => thing.given > 0))
      note('done, but something was given back');
    if (image.state === 'not_applied')
      for (const { what, given: back } of things)
        if (back === 0 && !isAccepted(what)) note(`refused, but ${what} is there`);
  };
  const checkPicture = (steps: readonly StepState[], seen: readonly Pick<Thing, 'what' | 'given'>[]): void => {
    for (const { step, state, said } of steps) {
      const what = effectOf[step];
      if (what === undefined) continue;
      const were = seen.filter((thing) => thing.what === what);
      const left = were.filter((thing) => thing.given === 0);
      const isNothing = state === 'not_begun' || state === 'not_done';
      if (isNothing && were.length > 0) note(`${what} is called ${state}`);
      if (state === 'undone' && left.length > 0 && said?.confirmedBy === undefined) note(`${what} is called undone`);
      if (state === 'not_undone' && left.length === 0 && !byHand.has(what)) note(`${what} is called not undone`);
      if (state === 'done' && left.length === 0 && !byHand.has(what)) note(`${what} is called done`);
    }
  };
  /** The picture of every step, against what there is: both as they are now. */
  const look = async (): Promise<void> => {
    const of = saga();
    if (!of) return;
    const items = new Map(stores.items);
    const seen = things.map(({ what, given: back }) => ({ what, given: back }));
    checkPicture(await stepsOf(of, { get: async (each) => items.get(each) }), seen);
  };
  return {
    trace,
    saga,
    wrong,
    surprise: (error: unknown): void => note(`surprise: ${String(error).slice(0, 300)}`),
    approved: (operationId: string): void => void approved.add(operationId),
    effected({ what, thing }: Effect): void {
      const of = saga();
      if (!of || isFinal(of)) note(`${what} after the saga has ended`);
      if (what === thing.what) made(thing);
      else given(thing);
    },
    changed(image: Operation): void {
      void look();
      if (image.id !== id) return;
      if (finalBody !== undefined && image.result !== finalBody) note('a final answer has changed');
      if (!isFinal(image) || finalBody !== undefined) return;
      finalBody = image.result ?? '';
      ended(image);
    },
    /** What the saga is about. */
    about: (): string => JSON.parse(saga()?.input ?? '{"for":"x"}').for,
    /** An agent was told so much. */
    told(about: string, { status, body }: Answer): void {
      const of = saga();
      const { code, operationId } = JSON.parse(body);
      if (code === 'NOT_GRANTED' && operationId === undefined) return;
      if (of && JSON.parse(of.input).for !== about) {
        if (status !== 422 && status !== 503) note(`other content under the same key: ${status}`);
        return;
      }
      if (status === 202 || code === 'STORE_UNAVAILABLE') return;
      if (last && (last.body !== body || last.status !== status)) note('two answers');
      if (!of || !isFinal(of) || of.result !== body) note(`told ${status}, which is not how it ended`);
      last = { body, status };
    },
    look,
    /** The step that an operator would look at first. */
    async leftStep(): Promise<string> {
      const of = saga();
      if (!of) return 'none';
      const steps = await stepsOf(of, { get: async (each) => stores.items.get(each) });
      const left = steps.findLast(({ state }) => state === 'not_undone' || state === 'review');
      return left?.step ?? of.saga.failed?.step ?? 'none';
    },
    /** Somebody gives back in the shop what a step has taken. */
    giveBack(step: string): void {
      const undoing = undoOf(step);
      if (!undoing || !passedOver.has(undoing.state)) return;
      for (const thing of things) if (thing.what === effectOf[step] && thing.given === 0) thing.given = 1;
      byHand.add(effectOf[step] ?? '');
    },
    /** Whether nothing will happen any more by itself. */
    async isAtRest(): Promise<boolean> {
      const of = saga();
      if (!of) return true;
      const items = [...stores.items.values()];
      if (items.some((item) => item.events.length > 0)) return false;
      const others = items.filter((item) => !item.saga);
      const isLeft = of.state === 'review';
      const areSettled = others.every(({ state, reopenable }) => settled.has(state) && (isLeft || !reopenable));
      if (isFinal(of)) return areSettled && engine.all().every(({ status }) => status !== 'RUNNING');
      const isWaiting = items.some(({ state, parked }) => state === 'review' && parked !== undefined);
      return (
        (areSettled || isStuck()) &&
        of.state === 'review' &&
        isWaiting &&
        engine.all().some(({ status }) => status === 'RUNNING')
      );
    },
    /** Everything that is wrong, after all. */
    async verdict(): Promise<string[]> {
      const of = saga();
      if (!of) return [...wrong];
      if (!isStuck() && !(await this.isAtRest())) note('it does not come to rest');
      if (isFinal(of)) ended(of);
      for (const { status, error } of engine.all())
        if (status !== 'SUCCEEDED' && status !== 'RUNNING' && status !== 'ABORTED')
          note(`an execution ${status} ${error}`);
      if (isFinal(of) && last === undefined) note('nobody was told how it ended');
      await look();
      return [...wrong];
    },
  };
}

/** A life, looked at. */
export type Watch = ReturnType<typeof watching>;
