import type { Template } from '../state-machine.ts';
import { pathsIn } from './reference.ts';
import {
  type Binding,
  type CallStep,
  callsOf,
  isUndoable,
  isWrite,
  type Saga,
  type SagaStep,
  undoName,
} from './saga.ts';

/**
 * A saga as a Mermaid flowchart: what is done in which order, with which tool; where people may be asked; what is chosen;
 * what is undone with what when a step fails; and the steps that nothing undoes, after which the way leads forward only.
 */
export function diagramOf(saga: Saga, bind: Binding): string {
  const drawing: Drawing = { bind, lines: [], failing: failingOf(saga.steps) };
  const first = draw(saga.steps, 'done', drawing);
  const undos = undoneIn(saga.steps);
  const chain = undos.map(({ name, contract }, at) => {
    const earlier = undos[at + 1];
    const tool = contract.undoneBy ? bind(contract.undoneBy.contract).tool : '';
    return `${undoName(name)}["${label(undoName(name), tool)}"]:::undo --> ${earlier ? undoName(earlier.name) : 'undone'}`;
  });
  const targets = new Set(drawing.failing.values());
  return [
    'flowchart TD',
    `start(["${saga.name}"]) --> ${first}`,
    ...drawing.lines,
    'done(["applied"])',
    ...chain,
    ...(undos.length > 0 || targets.has('undone') ? ['undone(["not applied: nothing is left"])'] : []),
    ...(targets.has('person') ? ['person(["review: a person sees to it"])'] : []),
    'classDef undo stroke-dasharray: 4',
    'classDef pivot stroke-width: 3px',
  ].join('\n');
}

interface Drawing {
  readonly bind: Binding;
  readonly lines: string[];
  /** Where a step leads that fails, by its name. */
  readonly failing: ReadonlyMap<string, string>;
}

/** Draws steps, and answers the first of them; the last one leads to `next`. */
function draw(steps: readonly SagaStep[], next: string, drawing: Drawing): string {
  let first = next;
  for (const step of steps.toReversed()) {
    const after = first;
    first = firstOf(step);
    drawing.lines.unshift(...linesOf(step, after, drawing));
  }
  return first;
}

/** People are asked before the step that they may have to approve. */
const firstOf = (step: SagaStep): string => (asksPeople(step) ? approveName(step.name) : step.name);
const asksPeople = (step: SagaStep): boolean => step.kind === 'call' && step.approval;
const approveName = (step: string): string => `Approve_${step}`;

function linesOf(step: SagaStep, next: string, drawing: Drawing): string[] {
  const { name } = step;
  const fails = `${name} -. fails .-> ${drawing.failing.get(name) ?? 'undone'}`;
  switch (step.kind) {
    case 'call':
      return [
        ...(step.approval ? [`${approveName(name)}{{"people approve, where the grant says so"}} --> ${name}`] : []),
        `${nodeOf(step, drawing)} --> ${next}`,
        fails,
      ];
    case 'reads': {
      const tools = step.calls.map((call) => `${call.name}: ${drawing.bind(call.contract).tool}`);
      return [`${name}(["${label(name, ...tools)}"]) --> ${next}`, fails];
    }
    case 'choice': {
      const inner: Drawing = { ...drawing, lines: [] };
      const chosen = draw(step.steps, next, inner);
      const question = label(name, [step.left, step.is.replaceAll('_', ' '), step.right].map(wordsOf).join(' ').trim());
      return [`${name}{"${question}"} -- yes --> ${chosen}`, `${name} -- no --> ${next}`, ...inner.lines];
    }
    case 'refuse':
      return [`${name}["${label(name, step.code)}"]`, `${name} -.-> ${drawing.failing.get(name) ?? 'undone'}`];
    case 'wait':
      return [`${name}["${label(name, `${step.seconds} s`)}"] --> ${next}`];
  }
}

function nodeOf(call: CallStep, { bind }: Drawing): string {
  const { name, contract, patience } = call;
  const { tool } = bind(contract);
  const patient = patience ? [`again for ${wordsOf(patience.hours)} h while ${patience.codes.join(', ')}`] : [];
  if (!isWrite(call)) return `${name}(["${label(name, tool)}"])`;
  return isUndoable(call)
    ? `${name}["${label(name, tool, ...patient)}"]`
    : `${name}[["${label(name, tool, 'nothing undoes it', ...patient)}"]]:::pivot`;
}

const label = (...lines: readonly string[]): string =>
  lines.map((line) => line.replaceAll('"', '#quot;')).join('<br/>');

function wordsOf(template: Template | undefined): string {
  if (template === undefined) return '';
  const [path] = pathsIn(template);
  if (path) return path.join('.');
  return typeof template === 'string' ? template : JSON.stringify(template);
}

/** What is undone, the latest first. */
function undoneIn(steps: readonly SagaStep[]): CallStep[] {
  const writes = callsOf(steps).filter(isWrite);
  const pivot = writes.findIndex((call) => !isUndoable(call));
  return writes.slice(0, pivot === -1 ? undefined : pivot).toReversed();
}

/**
 * A step that fails is looked up, and undone where it took effect all the same; then what was done before it is. After one
 * that nothing undoes, a person has to see to it.
 */
function failingOf(steps: readonly SagaStep[]): Map<string, string> {
  const failing = new Map<string, string>();
  let target = 'undone';
  const visit = (step: SagaStep): void => {
    const isOwn = step.kind === 'call' && isWrite(step) && target !== 'person';
    if (isOwn && isUndoable(step)) target = undoName(step.name);
    failing.set(step.name, target);
    if (isOwn && !isUndoable(step)) target = 'person';
    if (step.kind === 'choice') step.steps.forEach(visit);
  };
  steps.forEach(visit);
  return failing;
}
