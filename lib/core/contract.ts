import type * as z from 'zod';
import type { Briefing } from './approval/briefing.ts';
import type { AllocationUse } from './budget-account.ts';
import type { ErrorCode } from './errors.ts';

/** `create` makes a new document, `update` changes one (cancels and closes too), `read` changes nothing. */
export type Effect = 'read' | 'create' | 'update';

/** Where the system's document differs from what was asked for. */
export interface Deviation {
  readonly path: string;
  readonly requested: string;
  readonly actual: string;
}

/** What comparing a created document with the request came to. */
export interface Comparison {
  /** Whether the document has the content of this request at all; a copy of another order that carries our reference has not. */
  readonly ours: boolean;
  readonly deviations: readonly Deviation[];
  /** Whether it commits more than was asked for: goes to review. */
  readonly exceeds: boolean;
}

/** A decimal string with its ISO 4217 currency. */
export interface Amount {
  readonly amount: string;
  readonly currency: string;
}

/** A write that has taken effect: what it was asked for, and what it answered. */
export interface Done<I extends z.ZodType, O extends z.ZodType> {
  readonly input: z.output<I>;
  readonly output: z.output<O>;
  /** The company's civil date on the day of undoing. */
  readonly today: string;
}

/** The write that undoes another one, and what it is asked for then. */
export interface Compensation<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  Undo extends z.ZodType = z.ZodType,
> {
  readonly contract: Contract<string, 'create' | 'update', Undo>;
  inputFor(done: Done<I, O>): z.input<Undo>;
}

/** What an agent can ask for, independent of any kind of system. */
export interface Contract<
  Name extends string = string,
  E extends Effect = Effect,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> {
  /** snake_case, verb first. */
  readonly name: Name;
  readonly effect: E;
  /** One sentence for an agent that has to choose. */
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  /** The errors that are particular to it, beside those that every tool may answer. */
  readonly errors: readonly ErrorCode[];
  /** The first input works against a fresh simulator. */
  readonly examples: readonly [Example<I, O>, ...Example<I, O>[]];
  /** Site that the call is about: the organisation is resolved by it. */
  siteOf?(input: z.output<I>): string | undefined;
  /** What the call commits, for limits per call. */
  amountOf?(input: z.output<I>): Amount | undefined;
  /** The party towards which it commits its amount, e.g. `supplier 17300001`: what is committed within a day adds up. */
  counterpartyOf?(input: z.output<I>): string | undefined;
  /** The person who wants it, as the agent names them: never approves it. */
  requesterOf?(input: z.output<I>): string | undefined;
  /** The object it is about, for people: the supplier of a create, the document of an update, e.g. `supplier 17300001`. */
  aboutOf?(input: z.output<I>): string | undefined;
  /** Rules that hold whatever the system: throws errors by code. `today` is the company's civil date. */
  validate?(input: z.output<I>, context: { readonly today: string }): void;
  /** How old a call may be when it is carried out after it had to wait, in ms; 24 hours where nothing is said. */
  readonly freshFor?: number;
  /** Its document has the date of the day on which it is sent: after it had to wait it is not sent in another posting period. */
  readonly datedWhenSent?: true;
  /** Names the business content: equal keys within the configured time are a possible duplicate. */
  businessKey?(input: z.output<I>): string;
  /** The operation of which the caller says that this call, though of the same content, is no duplicate: a person must agree. */
  notDuplicateOf?(input: z.output<I>): string | undefined;
  /** Creates only: what its document uses up of allocations of budgets; each part is named by its place in `partsOf`. */
  allocationsOf?(input: z.output<I>): readonly AllocationUse[];
  /** Creates only: what the system calls the parts of the document, in the order in which they were asked for. */
  partsOf?(output: z.output<O>): readonly string[];
  /** Updates only: the parts of its document that are cancelled now; budgets get back what those used up. */
  cancelledParts?(output: z.output<O>): 'all' | readonly string[];
  /** How it explains itself to an approver, made only where it is asked for; without one its arguments are shown. */
  briefing?(): Briefing;
  /** Writes only: what undoes it, in a saga; nothing where there is no way back. */
  readonly undoneBy?: Compensation<I, O>;
  /** Writes only: nothing undoes it, and nothing has to, such as a mail that was sent. */
  readonly irreversible?: true;
  /** Creates only: names the pots that it takes from and others may take from too, e.g. `invoice 90000012`. */
  takesFrom?(input: z.output<I>): string;
  /** Creates only: what the system made of the request. */
  compare?(asked: z.output<I>, actual: z.output<O>): Comparison;
}

/** One worked call. */
export interface Example<I extends z.ZodType, O extends z.ZodType> {
  readonly input: z.input<I>;
  readonly output: z.input<O>;
}

type Needed<E extends Effect, C> = E extends 'create' ? { compare: NonNullable<C[keyof C & 'compare']> } : unknown;

/**
 * Declares what agents can ask for. The contract knows no system; `implement` binds it to one.
 *
 * @example
 * export const getStock = defineContract({
 *   name: 'get_stock', effect: 'read', summary: 'Reads the stock of one item.',
 *   input: z.strictObject({ item: itemId }), output: readOutput({ onHand: quantity }),
 *   errors: ['ITEM_NOT_FOUND'],
 *   examples: [{ input: { item: 'RM-6204' }, output: { onHand: { value: '12', unit: 'C62' }, ...freshnessExample } }],
 * });
 */
export function defineContract<
  const Name extends string,
  const E extends Effect,
  I extends z.ZodType,
  O extends z.ZodType,
  Undo extends z.ZodType = z.ZodType,
>(
  contract: Contract<Name, E, I, O> &
    Needed<E, Contract<Name, E, I, O>> & { readonly undoneBy?: Compensation<I, O, Undo> },
): Contract<Name, E, I, O> {
  return contract;
}
