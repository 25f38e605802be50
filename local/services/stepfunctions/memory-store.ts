import type { Due, Execution, NewEvent, Store, Thread, TokenUse } from './store.ts';

/** One event as it was kept. */
export interface KeptEvent extends NewEvent {
  readonly id: number;
}

/** Executions in memory: as fast as it can be, and gone with the process. */
export interface MemoryStore extends Store {
  /** What happened in an execution, in order. */
  history(execution: string): readonly KeptEvent[];
}

/** Makes an empty store. */
export const openMemoryStore = (): MemoryStore => {
  const executions = new Map<string, Execution>();
  const threads = new Map<number, Thread>();
  const events = new Map<string, KeptEvent[]>();
  const history = (execution: string): readonly KeptEvent[] => events.get(execution) ?? [];
  return {
    history,
    // Nothing here fails half-way but by a mistake in the code.
    transaction: (work) => work(),
    executions: {
      find: (arn) => executions.get(arn),
      add: (execution) => void executions.set(execution.arn, execution),
      change: (arn, changes) => change(executions, arn, changes),
      forget(stopped) {
        for (const { arn, stopped: ended = Number.POSITIVE_INFINITY } of executions.values()) {
          if (ended <= stopped && executions.delete(arn)) events.delete(arn);
        }
      },
    },
    threads: threadsOf(threads),
    events: {
      add(execution, event) {
        const before = events.get(execution) ?? [];
        if (before.length === 0) events.set(execution, before);
        return before.push({ ...event, id: before.length + 1 });
      },
      last: (execution) => history(execution).length,
      lastOf: (execution, type, name) =>
        history(execution).findLast((event) => event.type === type && event.details?.['name'] === name)?.id ?? 0,
    },
    tokens: tokens(),
    timetable: timetable(executions, threads),
  };
};

const change = <Key, Value extends object>(values: Map<Key, Value>, key: Key, changes: Partial<Value>): void => {
  const value = values.get(key);
  if (value) values.set(key, { ...value, ...changes });
};

const threadsOf = (threads: Map<number, Thread>): Store['threads'] => {
  let count = 0;
  return {
    find: (id) => threads.get(id),
    of: (execution) => [...threads.values()].filter((thread) => thread.execution === execution),
    in: (phases) => [...threads.values()].filter(({ phase }) => phases.includes(phase)).map(({ id }) => id),
    add(members) {
      count += 1;
      const thread = { ...members, id: count };
      threads.set(count, thread);
      return thread;
    },
    change: (id, changes) => change(threads, id, changes),
    remove(ids) {
      for (const id of ids) threads.delete(id);
    },
  };
};

const tokens = (): Store['tokens'] => {
  const uses = new Map<string, TokenUse>();
  return { add: (token, use) => void uses.set(token, use), find: (token) => uses.get(token) };
};

const timetable = (executions: Map<string, Execution>, threads: Map<number, Thread>): Store['timetable'] => {
  const all = (): readonly (readonly [due: number, Due])[] => [
    ...[...threads.values()].flatMap(({ due, id }) => (due === undefined ? [] : [[due, { thread: id }] as const])),
    ...[...executions.values()].flatMap(({ due, arn }) =>
      due === undefined ? [] : [[due, { execution: arn }] as const],
    ),
  ];
  return {
    earliest: () => all().reduce<number | undefined>((first, [due]) => Math.min(first ?? due, due), undefined),
    until: (now) =>
      all()
        .filter(([due]) => due <= now)
        .toSorted(([one], [other]) => one - other)
        .map(([, due]) => due),
  };
};
