import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineContract } from '../../../../lib/core/contract.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { recover } from '../../../../lib/core/operation/recover.ts';
import { bindWrite } from '../../../../lib/core/operation/write.ts';
import { byReference, byState, implement } from '../../../../lib/core/tool.ts';
import { connector } from '../model-connector.ts';
import { openMeter } from '../resilience/memory-meter.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';

const untilAbsenceCounts = 20_000 + 600_000 + 5_000 + 60_000;
const document = z.strictObject({ id: z.string(), number: z.string() });
const shared = { status: 'released' as const, version: 'v' };

const createNote = defineContract({
  name: 'create_note',
  effect: 'create',
  summary: 'Creates a note.',
  input: z.strictObject({ text: z.string() }),
  output: z.strictObject({
    document,
    status: z.string(),
    version: z.string(),
    text: z.string(),
    deviations: z.array(z.unknown()),
    reference: z.string(),
  }),
  errors: [],
  examples: [
    {
      input: { text: 'a' },
      output: { document: { id: '1', number: '1' }, ...shared, text: 'a', deviations: [], reference: 'T' },
    },
  ],
  compare: (asked, actual) => ({ ours: asked.text === actual.text, deviations: [], exceeds: false }),
});

const setText = defineContract({
  name: 'set_text',
  effect: 'update',
  summary: 'Changes a note.',
  input: z.strictObject({ note: z.string(), text: z.string() }),
  output: z.strictObject({
    document,
    status: z.string(),
    version: z.string(),
    deviations: z.array(z.unknown()),
  }),
  errors: [],
  examples: [
    { input: { note: '1', text: 'b' }, output: { document: { id: '1', number: '1' }, ...shared, deviations: [] } },
  ],
});

/** A system that keeps notes; `hidden` are kept and not shown, `unreadable` fail when they are read. */
function notes() {
  const system = {
    kept: new Map<string, { text: string; reference: string }>(),
    sends: 0,
    confirmed: true,
    hidden: false,
    loses: false,
    deaf: false,
    readFails: undefined as CountersignError | undefined,
    findsByReference: true,
  };
  const create = implement(createNote, {
    run: async ({ text }, { reference, permit }) => {
      await permit();
      system.sends++;
      const id = String(system.sends);
      if (!system.loses) system.kept.set(id, { text, reference });
      return id;
    },
    read: async (id) => {
      if (system.readFails) throw system.readFails;
      const note = system.hidden ? undefined : system.kept.get(id);
      return note && { document: { id, number: id }, ...shared, text: note.text };
    },
    lookup: byReference(async (_, { reference }) =>
      system.findsByReference && !system.hidden
        ? [...system.kept].filter(([, note]) => note.reference === reference).map(([id]) => id)
        : [],
    ),
  });
  const update = implement(setText, {
    state: z.strictObject({ text: z.string() }),
    documentOf: ({ note }) => note,
    read: async ({ note }) => {
      if (system.readFails) throw system.readFails;
      return { text: system.kept.get(note)?.text ?? '' };
    },
    check: () => {},
    run: async ({ note, text }, { permit }) => {
      await permit();
      system.sends++;
      if (!system.deaf) system.kept.set(note, { text, reference: '' });
    },
    output: ({ note }) => ({ document: { id: note, number: note }, ...shared }),
    lookup: byState(({ text }, now: { text: string }) => now.text === text),
  });
  const ground = { connector, client: undefined, meter: openMeter(), patience: 15_000 };
  return { system, create: bindWrite(create, ground), update: bindWrite(update, ground) };
}

async function carriedOut(
  kind: 'create' | 'update',
  prepare: (system: ReturnType<typeof notes>['system']) => void = () => {},
) {
  const { operations, state } = memoryOperations();
  const model = notes();
  const write = model[kind];
  model.system.kept.set('note', { text: 'before', reference: '' });
  prepare(model.system);
  const input = JSON.stringify(kind === 'create' ? { text: 'a' } : { note: 'note', text: 'after' });
  const start = kind === 'create' ? {} : { state: 'accepted' as const, attempts: 0 };
  const { operation } = await operations.open(draftOf('o1', state.now, { input, ...start }));
  const first = await settle(operations, await attempt(operations, write, operation));
  const ask = async (resend = true) =>
    recover(operations, write, (await operations.get('o1')) as Operation, { resend });
  return { ...model, operations, state, first, ask };
}

const seen = ({ state, reason, document: id }: Operation) => [state, reason, id];

test('a create that was confirmed and is not to be seen is never sent again, however often it is asked about', async () => {
  const { first, ask, state, system } = await carriedOut('create', (each) => {
    each.hidden = true;
  });
  expect(seen(first)).toEqual(['unknown', 'CONFIRMED_BUT_MISSING', '1']);
  state.now += 60_000;
  expect((await ask()).state).toBe('unknown');
  state.now += untilAbsenceCounts;
  expect(seen(await ask())).toEqual(['review', 'CONFIRMED_BUT_MISSING', '1']);
  expect(system.sends).toBe(1);
});

test('a confirmed create whose reference the system dropped is found by the id that it named', async () => {
  const { first, ask, state, system } = await carriedOut('create', (each) => {
    each.findsByReference = false;
    each.readFails = new CountersignError('SYSTEM_UNAVAILABLE', 'closed');
  });
  expect(seen(first)).toEqual(['unknown', 'READ_BACK_FAILED', '1']);
  state.now += untilAbsenceCounts * 2;
  expect((await ask()).state).toBe('unknown');
  system.readFails = undefined;
  expect(seen(await ask())).toEqual(['applied', undefined, '1']);
  expect(system.sends).toBe(1);
});

test('a confirmed change that is not to be seen goes to a person, also when it was asked about meanwhile', async () => {
  const { first, ask, state, system } = await carriedOut('update', (each) => {
    each.deaf = true;
  });
  expect(seen(first)).toEqual(['unknown', 'CONFIRMED_BUT_UNCHANGED', 'note']);
  state.now += 60_000;
  await ask();
  state.now += untilAbsenceCounts;
  expect(seen(await ask())).toEqual(['review', 'CONFIRMED_BUT_UNCHANGED', 'note']);
  expect(system.sends).toBe(1);
});

test('a document that is there and cannot be understood goes to a person with its id', async () => {
  const { first, ask, state, system } = await carriedOut('create', (each) => {
    each.readFails = new CountersignError('UNIT_UNKNOWN', 'no such unit');
  });
  expect(first.state).toBe('unknown');
  state.now += untilAbsenceCounts;
  expect(seen(await ask(false))).toEqual(['review', 'READ_BACK_FAILED', '1']);
  expect(system.sends).toBe(1);
});

test('arguments that a later version of the contract does not know are looked up no more and go to a person', async () => {
  const { operations, ask, state, system } = await carriedOut('create', (each) => {
    each.hidden = true;
    each.loses = true;
  });
  const operation = (await operations.get('o1')) as Operation;
  await operations.change(operation, { input: '{"text":"a","gone":1}', document: undefined });
  state.now += 60_000;
  expect(seen(await ask(false))).toEqual(['unknown', 'CONTRACT_CHANGED', undefined]);
  state.now += untilAbsenceCounts;
  expect(seen(await ask(false))).toEqual(['review', 'CONTRACT_CHANGED', undefined]);
  expect(system.sends).toBe(1);
});
