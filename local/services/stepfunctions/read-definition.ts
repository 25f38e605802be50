import { messageOf } from '../../local-error.ts';
import { type Branch, type Machine, machineShape, type State } from './definition.ts';
import { compile, expressionIn } from './expression.ts';
import { assignedBy, type ExpressionField, expressionFields } from './state-fields.ts';

/** Reads a definition (JSON). Errors: one that lists all that is wrong or not supported, each with its place. */
export const readDefinition = (text: string): Machine => {
  const parsed = machineShape.safeParse(parseJson(text));
  if (!parsed.success) {
    return refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'definition'}: ${message}`));
  }
  const problems = [...branchProblems(parsed.data, new Set())];
  return problems.length > 0 ? refuse(problems) : parsed.data;
};

/** Asks asl-validator about targets, reachability, names and the shape of every field; it is slow, and changes what it is given. */
export const checkStructure = async (text: string): Promise<void> => {
  const { default: validate } = await import('asl-validator');
  const { isValid, errorsText } = validate(parseJson(text));
  if (!isValid) refuse(errorsText('\n').split('\n'));
};

const refuse = (problems: readonly string[]): never => {
  throw new Error(`the definition is not accepted: ${problems.join('; ')}`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse([`it is not JSON: ${messageOf(error)}`]);
  }
};

/** Problems of a machine and those inside it; `taken` are the variables of the scopes around it. */
const branchProblems = (branch: Branch, taken: ReadonlySet<string>): readonly string[] => {
  const states = Object.entries(branch.States);
  const assigned = states.flatMap(([, state]) => assignedBy(state));
  const shadowing = assigned.filter((name) => taken.has(name));
  const visible = new Set([...taken, ...assigned]);
  return [
    ...shadowing.map((name) => `the variable ${name} is assigned in a branch and outside of it`),
    ...states.flatMap(([name, state]) => stateProblems(state).map((problem) => `${name}: ${problem}`)),
    ...states.flatMap(([, state]) =>
      state.Type === 'Parallel' ? state.Branches.flatMap((inner) => branchProblems(inner, visible)) : [],
    ),
  ];
};

const stateProblems = (state: State): readonly string[] => [
  ...expressionFields(state).flatMap(fieldProblems),
  ...(state.Type === 'Task' ? taskProblems(state) : []),
];

const fieldProblems = ({ field, template, offers }: ExpressionField): readonly string[] =>
  textsIn(template).flatMap((text) => {
    try {
      const source = expressionIn(text);
      return source === undefined ? [] : misusesIn(source, offers).map((misuse) => `${field}: ${misuse}`);
    } catch (error) {
      return [`${field}: ${messageOf(error)}`];
    }
  });

const misusesIn = (source: string, offers: ExpressionField['offers']): readonly string[] => {
  const read = readsIn(compile(source).ast());
  const elsewhere = ['result', 'errorOutput'].filter((name) => name !== offers && read.has(`states.${name}`));
  return [
    ...elsewhere.map((name) => `$states.${name} is not there`),
    ...(read.has('eval') ? ['$eval is not supported in Step Functions; use $parse'] : []),
  ];
};

/** The variables that a syntax tree reads, and the members that it reads of `$states`. */
const readsIn = (node: unknown, found = new Set<string>()): Set<string> => {
  if (typeof node !== 'object' || node === null) return found;
  const { type, value, steps } = Object(node);
  if (type === 'variable') found.add(String(value));
  if (type === 'path' && steps[0]?.type === 'variable') found.add(`${steps[0].value}.${steps[1]?.value}`);
  for (const inner of Object.values(node)) readsIn(inner, found);
  return found;
};

const textsIn = (template: unknown): readonly string[] => {
  if (typeof template === 'string') return [template];
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(textsIn);
};

const lambdaArguments = ['FunctionName', 'Payload'];

const taskProblems = (task: State & { Type: 'Task' }): readonly string[] => {
  const { Arguments, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  const members = typeof Arguments === 'string' ? [] : Object.keys(Object(Arguments));
  return [
    ...members
      .filter((name) => !lambdaArguments.includes(name))
      .map((name) => `Arguments: ${name} of lambda:invoke is not supported; ${lambdaArguments.join(' and ')} are`),
    ...(typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout
      ? ['HeartbeatSeconds must be less than TimeoutSeconds']
      : []),
  ];
};
