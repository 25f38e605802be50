import type { Operation, Operations, Written } from '../../../lib/core/operation/operation.ts';
import type { State, StateMachine } from '../../../lib/core/state-machine.ts';
import type { Broken } from './explorer.ts';

/** Rules of sagas, each broken as whoever builds them might break it by mistake, and what is wrong then. */
export const broken: Readonly<Record<string, { readonly rule: Broken; readonly wrong: RegExp }>> = {
  'what was never begun may still begin': {
    rule: {
      seen: (operations) => ({
        ...operations,
        open: async (draft) =>
          draft.reason === 'NEVER_BEGUN'
            ? { won: true, operation: (await operations.get(draft.id)) ?? draft }
            : operations.open(draft),
      }),
    },
    wrong: /after the saga has ended|is there/,
  },
  'what is unknown counts as failed': {
    rule: { seen: asRead((operation) => ({ ...operation, ...unknownAsFailed(operation) })) },
    wrong: /after the saga has ended|is there/,
  },
  'what was done is undone in the order in which it was done': {
    rule: { machine: forward },
    wrong: /given back before/,
  },
  'what is to be undone is not looked at': { rule: { looks: false }, wrong: /given back twice/ },
  'the point of no return is forgotten': {
    rule: {
      answer: (_, answer) => (['forward', 'stop'].includes(Object(answer).next) ? { next: 'done' } : answer),
    },
    wrong: /after the point of no return/,
  },
  'what waits leaves no token, and has no end': {
    rule: { machine: withoutTimeouts, skips: ({ do: does }) => does === 'await' },
    wrong: /does not come to rest/,
  },
  'an execution that takes the place of another one does everything anew': { rule: { anew: true }, wrong: /twice/ },
  'what failed is given up without a look at what was done': {
    rule: {
      answer: ({ do: does }, answer) => (does === 'undo' ? { next: 'done' } : answer),
      seen: asRead((operation) =>
        operation.saga ? { ...operation, saga: { ...operation.saga, plan: [] } } : operation,
      ),
    },
    wrong: /refused, but/,
  },
  'what cannot be undone at once is passed over': { rule: { machine: impatient }, wrong: /given back before/ },
  'undoing begins where the machine happens to be': { rule: { machine: shortSighted }, wrong: /given back before/ },
};

/** Operations as somebody would see them who takes them for something else. */
function asRead(change: (operation: Operation) => Operation): NonNullable<Broken['seen']> {
  const written = ({ won, operation }: Written): Written => ({ won, operation: change(operation) });
  return ({ open, change: write, get, now }: Operations) => ({
    now,
    open: async (draft) => written(await open(draft)),
    change: async (seen, change) => written(await write(seen, change)),
    async get(id) {
      const operation = await get(id);
      return operation && change(operation);
    },
  });
}

const problem = JSON.stringify({ code: 'SYSTEM_UNAVAILABLE', detail: 'reset', status: 503 });
const unknownAsFailed = ({ state }: Operation): Partial<Operation> =>
  state === 'unknown' ? { state: 'not_applied', result: problem, resultStatus: 503 } : {};

const withStates = (machine: StateMachine, change: (state: State, name: string) => State): StateMachine => ({
  ...machine,
  States: Object.fromEntries(Object.entries(machine.States).map(([name, state]) => [name, change(state, name)])),
});

/** The undoing of one step stands where that of another one should. */
function forward(machine: StateMachine): StateMachine {
  const names = Object.keys(machine.States).filter((name) => name.startsWith('Undo_Take_'));
  const instead = new Map(names.map((name, at) => [name, names[names.length - 1 - at]]));
  return withStates(machine, (state, name) => {
    const other = machine.States[instead.get(name) ?? ''];
    return state.Type === 'Task' && other?.Type === 'Task' ? { ...state, Arguments: other.Arguments } : state;
  });
}

function withoutTimeouts(machine: StateMachine): StateMachine {
  return withStates(machine, (state, name) =>
    state.Type === 'Task' && name.startsWith('Await_') ? { ...state, TimeoutSeconds: 31_536_000 } : state,
  );
}

/** Whatever goes wrong, the step before is undone. */
function impatient(machine: StateMachine): StateMachine {
  return withStates(machine, (state, name) => {
    if (state.Type !== 'Task' || !name.startsWith('Undo_')) return state;
    const { Retry: _, ...rest } = state;
    return { ...rest, Catch: state.Catch?.slice(1) ?? [] };
  });
}

/** Each step turns back where it stands, whatever the saga says. */
function shortSighted(machine: StateMachine): StateMachine {
  const { Back } = machine.States;
  const targets = Back?.Type === 'Choice' ? Back.Choices : [];
  return withStates(machine, (state, name) => {
    const own = targets.find(({ Condition }) => Condition.includes(`'${name.replace(/^After_/, '')}'`))?.Next;
    if (state.Type !== 'Choice' || own === undefined) return state;
    return { ...state, Choices: state.Choices.map((each) => (each.Next === 'Back' ? { ...each, Next: own } : each)) };
  });
}
