import type * as z from 'zod';
import type { Contract, Effect, Example } from '../contract.ts';
import type { ErrorCode } from '../errors.ts';
import type { Template } from '../state-machine.ts';
import { type Arguments, pathOf, type Reference, type References, referencesTo, templateOf } from './reference.ts';

/** One call of a contract. */
export interface CallStep {
  readonly kind: 'call';
  readonly name: string;
  readonly contract: Contract;
  readonly input: Template;
  /** Whether nothing before it is undone once it has taken effect. */
  readonly pivot: boolean;
  /** Whether people may have to approve it: whoever is granted the saga has tiers for it. */
  readonly approval: boolean;
  /** What it is tried again for, every few minutes, until so many hours after the saga began. */
  readonly patience?: Patience;
}

/** Refusals that only mean that it is too early, and how many hours that may last. */
export interface Patience {
  readonly codes: readonly ErrorCode[];
  readonly hours: Template;
}

/** What two values are compared for; decimals are compared exactly. */
export const comparisons = ['equal', 'not_equal', 'above', 'not_empty', 'present'] as const;
/** One of them. */
export type Comparison = (typeof comparisons)[number];

/** Something that a saga does. */
export type SagaStep =
  | CallStep
  | { readonly kind: 'reads'; readonly name: string; readonly calls: readonly CallStep[] }
  | {
      readonly kind: 'choice';
      readonly name: string;
      readonly left: Template;
      readonly is: Comparison;
      readonly right?: Template;
      readonly steps: readonly SagaStep[];
    }
  | { readonly kind: 'refuse'; readonly name: string; readonly code: ErrorCode; readonly detail: string }
  | { readonly kind: 'wait'; readonly name: string; readonly seconds: number };

/** Several writes, carried out one after the other, and undone in reverse order when one of them cannot be. */
export interface Saga<Name extends string = string, I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly name: Name;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly examples: readonly [Example<I, O>, ...Example<I, O>[]];
  readonly steps: readonly SagaStep[];
  /** What it answers when all of it is done. */
  readonly result: Template;
}

/** A read among several that are asked at the same time. */
export interface Question<O extends z.ZodType = z.ZodType> {
  readonly contract: Contract<string, 'read', z.ZodType, O>;
  readonly input: Template;
}

/** One of several reads. */
export const ask = <I extends z.ZodType, O extends z.ZodType>(
  contract: Contract<string, 'read', I, O>,
  input: Arguments<z.input<I>>,
): Question<O> => ({ contract, input: templateOf(input) });

/** How a script says what its saga does; names are those of states: `Reserve_stock`. */
export interface Script {
  /** Calls a contract; answers references to what it will have answered. */
  call<E extends Effect, I extends z.ZodType, O extends z.ZodType>(
    name: string,
    contract: Contract<string, E, I, O>,
    input: Arguments<z.input<I>>,
    options?: CallOptions,
  ): References<z.output<O>>;
  /** Asks several things at the same time. */
  reads<Q extends Readonly<Record<string, Question>>>(
    name: string,
    questions: Q,
  ): { readonly [K in keyof Q]: Q[K] extends Question<infer O> ? References<z.output<O>> : never };
  /** Does more if a comparison holds. Nothing outside refers to what is done in there. */
  when(name: string, test: Test, then: () => void): void;
  /** Gives the saga up for a reason: what was done is undone. */
  refuse(name: string, code: ErrorCode, detail: string): void;
  /** Waits. */
  wait(name: string, seconds: number): void;
}

/** What is particular about a call. */
export interface CallOptions {
  /** Nothing before it is undone once it has taken effect. */
  readonly pivot?: true;
  /** People may have to approve it. */
  readonly approval?: true;
  /** Refused for one of these reasons it is tried again, until so many hours after the saga began. */
  readonly patience?: { readonly codes: readonly ErrorCode[]; readonly hours: Arguments<number> };
}

/** A question about values. */
export interface Test {
  readonly left: Template;
  readonly is: Comparison;
  readonly right?: Template;
}

/** Whether two values are the same. */
export const equals = <T>(left: Reference<T>, right: Arguments<NonNullable<T>>): Test => ({
  left: templateOf(left),
  is: 'equal',
  right: templateOf(right),
});
/** Whether two values differ. */
export const differs = <T>(left: Reference<T>, right: Arguments<NonNullable<T>>): Test => ({
  ...equals(left, right),
  is: 'not_equal',
});
/** Whether one decimal is larger than another one. */
export const isAbove = (left: Reference<string>, right: Arguments<string>): Test => ({
  ...equals(left, right),
  is: 'above',
});
/** Whether there is anything in a list. */
export const hasAny = (left: Reference<readonly unknown[]> | Reference<readonly unknown[] | undefined>): Test => ({
  left: templateOf(left),
  is: 'not_empty',
});

/** One thing of a list, the first of which has the number 0. Whether the list goes that far is known when it runs. */
export const nth = <T>(list: Reference<readonly T[]>, n: number): References<T> =>
  referencesTo(...pathOf(list), String(n));

/** Whether there is a value. */
export const isThere = (left: Reference<unknown>): Test => ({ left: templateOf(left), is: 'present' });

/** One field of everything in a list. */
export const pluck = <T, K extends string & keyof T>(
  list: Reference<readonly T[]>,
  field: K,
): Reference<readonly T[K][]> => referencesTo(...pathOf(list), '*', field);

/**
 * Declares a saga. A step that took effect is undone by what its contract names, unless nothing can undo it: such a step is
 * a `pivot`, or its contract is `irreversible`, and after it there is no way back.
 *
 * @example
 * export const procureMaterial = defineSaga({
 *   name: 'procure_material', summary: 'Reserves stock and orders more.',
 *   input: z.strictObject({ item: id('item') }), output: z.strictObject({ order: z.string() }), examples: [...],
 *   script: (step, input) => {
 *     step.call('Reserve_stock', reserveStock, { item: input.item });
 *     const order = step.call('Create_order', createPurchaseOrder, { lines: [{ item: input.item }] }, { approval: true });
 *     return { order: order.document.id };
 *   },
 * });
 */
export function defineSaga<const Name extends string, I extends z.ZodType, O extends z.ZodType>({
  script,
  ...saga
}: {
  readonly name: Name;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly examples: readonly [Example<I, O>, ...Example<I, O>[]];
  readonly script: (step: Script, input: References<z.output<I>>) => Arguments<z.input<O>>;
}): Saga<Name, I, O> {
  const steps: SagaStep[] = [];
  const result = templateOf(script(recording(steps), referencesTo('input')));
  return { ...saga, steps, result };
}

/** A script that writes down what it is told; inside of `when` into the steps of the choice. */
function recording(steps: SagaStep[]): Script {
  let current = steps;
  return {
    call(name, contract, input, { pivot = false, approval = false, patience } = {}) {
      const tried = patience && { patience: { codes: patience.codes, hours: templateOf(patience.hours) } };
      current.push({ kind: 'call', name, contract, input: templateOf(input), pivot, approval, ...tried });
      return referencesTo(name);
    },
    reads(name, questions) {
      const calls = Object.entries(questions).map(
        ([each, question]): CallStep => ({ kind: 'call', name: each, ...question, pivot: false, approval: false }),
      );
      current.push({ kind: 'reads', name, calls });
      const answers = calls.map((each) => [each.name, referencesTo(each.name)]);
      return Object.fromEntries(answers) as ReturnType<Script['reads']> as never;
    },
    when(name, test, then) {
      const outer = current;
      current = [];
      then();
      outer.push({ kind: 'choice', name, ...test, steps: current });
      current = outer;
    },
    refuse: (name, code, detail) => void current.push({ kind: 'refuse', name, code, detail }),
    wait: (name, seconds) => void current.push({ kind: 'wait', name, seconds }),
  };
}

/** Which tool carries a contract out, and the placeholder of the function that serves it to sagas. */
export interface BoundTool {
  readonly tool: string;
  readonly function: string;
}

/** The tool of a contract. Throws where there is none. */
export type Binding = (contract: CallStep['contract']) => BoundTool;

/** All calls of a saga in the order of its script, those of choices and of reads among them. */
export const callsOf = (steps: readonly SagaStep[]): CallStep[] =>
  steps.flatMap((step) => {
    if (step.kind === 'call') return [step];
    if (step.kind === 'reads') return step.calls;
    return step.kind === 'choice' ? callsOf(step.steps) : [];
  });

/** Whether a call changes anything. */
export const isWrite = ({ contract }: CallStep): boolean => contract.effect !== 'read';
/** Whether there is a way back from it. */
export const isUndoable = ({ contract, pivot }: CallStep): boolean => !pivot && contract.undoneBy !== undefined;
/** Its state in the machine that undoes a step. */
export const undoName = (step: string): string => `Undo_${step}`;
