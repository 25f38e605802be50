import * as z from 'zod';
import type { Template } from '../state-machine.ts';
import { ofInput, pathsIn } from './reference.ts';
import { type CallStep, callsOf, isUndoable, isWrite, type Saga, type SagaStep } from './saga.ts';
import { schemaAt, shapeProblems } from './shapes.ts';
import { isReserved } from './states.ts';

/** What makes a saga lose its way back, or ask for what cannot be: one sentence each, none if it is sound. */
export function problemsOfSaga(saga: Saga): string[] {
  return [...problemsOfNames(saga), ...problemsOfUndoing(saga), ...problemsOfValues(saga)];
}

function problemsOfNames({ steps }: Saga): string[] {
  const names = namesIn(steps);
  return [
    ...names.filter((name, at) => names.indexOf(name) < at).map((name) => `${name} is the name of two steps`),
    ...names
      .filter((name) => !/^[A-Z][a-z0-9]*(_[A-Za-z0-9]+)*$/.test(name) || name.length > 60 || isReserved(name))
      .map((name) => `${name} cannot be the name of a step: use words such as Reserve_stock`),
    ...(callsOf(steps).some(isWrite) ? [] : ['nothing in it changes anything']),
  ];
}

const namesIn = (steps: readonly SagaStep[]): string[] =>
  steps.flatMap((step) => {
    if (step.kind === 'reads') return [step.name, ...step.calls.map(({ name }) => name)];
    return step.kind === 'choice' ? [step.name, ...namesIn(step.steps)] : [step.name];
  });

/** After a step that nothing undoes there is no way back: what comes then may only be what nothing has to undo. */
function problemsOfUndoing({ steps }: Saga): string[] {
  const problems: string[] = [];
  let beyond: string | undefined;
  const visit = (step: SagaStep): void => {
    if (step.kind === 'choice') step.steps.forEach(visit);
    if (step.kind === 'refuse' && beyond !== undefined)
      problems.push(`${step.name} gives the saga up, but ${beyond} before it cannot be undone`);
    if (step.kind !== 'call' || !isWrite(step)) return;
    problems.push(...problemsOfWrite(step));
    if (beyond !== undefined && !step.contract.irreversible && !step.pivot)
      problems.push(`${step.name} can fail, but ${beyond} before it cannot be undone`);
    if (!isUndoable(step)) beyond ??= step.name;
  };
  steps.forEach(visit);
  return problems;
}

function problemsOfWrite({ name, contract, pivot }: CallStep): string[] {
  const { undoneBy, irreversible } = contract;
  if (undoneBy && irreversible) return [`${name}: ${contract.name} says that it can be undone, and that it cannot`];
  if (!undoneBy && !irreversible && !pivot)
    return [`${name}: nothing undoes ${contract.name}; undo it, or declare it a pivot or irreversible`];
  return [];
}

const hours = z
  .number()
  .min(0)
  .max(24 * 90);

/** What a template may refer to, by name: the saga's input, and what earlier steps answer. */
type Known = ReadonlyMap<string, z.ZodType>;

function problemsOfValues(saga: Saga): string[] {
  const known = new Map<string, z.ZodType>([[ofInput, saga.input]]);
  const problems = problemsOfSteps(saga.steps, known);
  return [...problems, ...problemsOfTemplate('the answer', { template: saga.result, schema: saga.output, known })];
}

function problemsOfSteps(steps: readonly SagaStep[], known: Map<string, z.ZodType>): string[] {
  return steps.flatMap((step) => problemsOfStep(step, known));
}

function problemsOfStep(step: SagaStep, known: Map<string, z.ZodType>): string[] {
  switch (step.kind) {
    case 'call':
      return problemsOfCalls([step], known);
    case 'reads':
      return problemsOfCalls(step.calls, known);
    case 'choice': {
      const empty = step.steps.length === 0 ? [`${step.name} chooses nothing`] : [];
      const asked = [step.left, step.right ?? null].flatMap((each) => problemsOfPaths(step.name, each, known));
      // What is done in there may not have been done: nothing outside refers to it.
      return [...empty, ...asked, ...problemsOfSteps(step.steps, new Map(known))];
    }
    case 'wait':
      return step.seconds > 0 && step.seconds <= 31_536_000 ? [] : [`${step.name} waits for no time, or over a year`];
    case 'refuse':
      return [];
  }
}

function problemsOfCalls(calls: readonly CallStep[], known: Map<string, z.ZodType>): string[] {
  const problems = calls.flatMap(({ name, input, contract, patience }) => [
    ...problemsOfTemplate(name, { template: input, schema: contract.input, known }),
    ...(patience ? problemsOfTemplate(`${name}: hours`, { template: patience.hours, schema: hours, known }) : []),
  ]);
  for (const { name, contract } of calls) known.set(name, contract.output);
  return problems;
}

function problemsOfTemplate(
  where: string,
  { template, schema, known }: { readonly template: Template; readonly schema: z.ZodType; readonly known: Known },
): string[] {
  const wrong = problemsOfPaths(where, template, known);
  if (wrong.length > 0) return wrong;
  return shapeProblems(schema, template, (at) => schemaOf(at, known)).map((problem) => `${where}: ${problem}`);
}

function problemsOfPaths(where: string, template: Template, known: Known): string[] {
  return pathsIn(template)
    .filter((at) => !schemaOf(at, known))
    .map((at) => `${where}: there is no ${at.join('.')} before it`);
}

const schemaOf = ([name = '', ...at]: readonly string[], known: Known): z.ZodType | undefined => {
  const root = known.get(name);
  return root && schemaAt(root, at);
};
