import { isAtRest } from '../callback/at-rest.ts';
import { type Operation, type Operations, type Progress, type StepOf, stepIdOf } from '../operation/operation.ts';
import { undoName } from './saga.ts';

/** A saga's operation. */
export type SagaOperation = Operation & { readonly saga: Progress };

/** The operation of a saga. Throws where it is none: a machine was started for something else. */
export async function sagaOf(operations: Pick<Operations, 'get'>, id: string): Promise<SagaOperation> {
  const operation = await operations.get(id);
  if (!operation?.saga) throw new Error(`${id} is not the operation of a saga`);
  return { ...operation, saga: operation.saga };
}

/** Changes a saga's operation as it is by now; `undefined` where nothing is to be changed any more. */
export async function amendSaga(
  operations: Operations,
  id: string,
  change: (saga: SagaOperation) => Parameters<Operations['change']>[1] | undefined,
): Promise<SagaOperation> {
  let saga = await sagaOf(operations, id);
  for (let tries = 0; tries < 10; tries++) {
    const wanted = change(saga);
    if (!wanted) return saga;
    const { won, operation } = await operations.change(saga, wanted);
    saga = { ...operation, saga: operation.saga ?? saga.saga };
    if (won) return saga;
  }
  throw new Error(`saga ${id} kept changing`);
}

/** Which step an operation is; the undoing of one is a step of its own. */
export const stepIn = ({ id, tool, saga }: SagaOperation, name: string, undoes?: string): StepOf => ({
  saga: id,
  of: tool,
  name,
  ...(undoes !== undefined && { undoes }),
  round: saga.rounds?.[name] ?? 1,
});

/** What a step of a saga has come to, for people and agents. */
export interface StepState {
  readonly step: string;
  readonly tool: string;
  /**
   * `done`, and `not_done` for what surely had no effect; `undone`, by its compensation or as people say; `waiting` for
   * people, its system or certainty; `review` and `not_undone` need a person.
   */
  readonly state: 'not_begun' | 'done' | 'not_done' | 'undone' | 'waiting' | 'review' | 'not_undone';
  readonly operationId?: string;
  readonly document?: string;
  readonly reason?: string;
  /** The operation that undoes it, and why that could not. */
  readonly undo?: { readonly operationId: string; readonly state: Operation['state']; readonly reason?: string };
  /** Who says that it is undone. */
  readonly said?: NonNullable<Progress['said']>[string];
}

/** What every step of a saga has come to, in the order of its script. */
export const stepsOf = (saga: SagaOperation, operations: Pick<Operations, 'get'>): Promise<StepState[]> =>
  Promise.all(saga.saga.plan.map((planned) => stateOf(saga, planned, operations)));

/** What the agent of a saga may know of a step: nothing of who looks after it, nor of how it is undone. */
export type StepView = Pick<StepState, 'step' | 'tool' | 'state' | 'document'>;

/** As its agent sees them. */
export const stepViews = (steps: readonly StepState[]): StepView[] =>
  steps.map(({ step, tool, state, document }) => ({ step, tool, state, ...(document !== undefined && { document }) }));

/** The steps of a saga as its agent sees them; undefined for any other operation. */
export async function stepsShown(
  operation: Operation,
  operations: Pick<Operations, 'get'>,
): Promise<StepView[] | undefined> {
  const { saga } = operation;
  return saga && stepViews(await stepsOf({ ...operation, saga }, operations));
}

async function stateOf(
  saga: SagaOperation,
  { step, tool, undo }: Progress['plan'][number],
  operations: Pick<Operations, 'get'>,
): Promise<StepState> {
  const operation = await operations.get(stepIdOf(stepIn(saga, step)));
  if (!operation) return { step, tool, state: 'not_begun' };
  const { id: operationId, document, reason } = operation;
  const facts = {
    step,
    tool,
    operationId,
    ...(document !== undefined && { document }),
    ...(reason !== undefined && { reason }),
  };
  const said = saga.saga.said?.[step];
  if (operation.state !== 'applied') return { ...facts, state: unapplied(operation) };
  if (countsAsUndone(said)) return { ...facts, state: 'undone', said };
  const undoing =
    undo === undefined || !saga.saga.failed
      ? undefined
      : await operations.get(stepIdOf(stepIn(saga, undoName(step), step)));
  if (!undoing) return { ...facts, state: 'done', ...(said && { said }) };
  const isUndone = operation.undoneBy !== undefined || undoing.state === 'applied';
  const state = isUndone ? 'undone' : isAtRest(undoing) ? 'not_undone' : 'waiting';
  const how = {
    operationId: undoing.id,
    state: undoing.state,
    ...(undoing.reason !== undefined && { reason: undoing.reason }),
  };
  return { ...facts, state, undo: how, ...(said && { said }) };
}

/** Whether what people say of a step counts: the system has shown it, or a second one has confirmed it. */
export const countsAsUndone = (said: StepState['said']): boolean =>
  said !== undefined && (said.shown === true || said.confirmedBy !== undefined);

function unapplied({ state }: Operation): StepState['state'] {
  if (state === 'not_applied' || state === 'dead') return 'not_done';
  return state === 'review' ? 'review' : 'waiting';
}

/** Whether nothing of it is left in its system. */
export const isClear = ({ state }: StepState): boolean =>
  state === 'not_begun' || state === 'not_done' || state === 'undone';
