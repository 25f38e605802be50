import type { State } from './definition.ts';

/** A field that may hold expressions, by its place in the state, and what of `$states` it offers beside `input` and `context`. */
export interface ExpressionField {
  readonly field: string;
  readonly template: unknown;
  readonly offers?: 'result' | 'errorOutput';
}

/** All fields of a state in which expressions are evaluated. */
export const expressionFields = (state: State): readonly ExpressionField[] =>
  ownFields(state).filter(({ template }) => template !== undefined);

const ownFields = (state: State): readonly ExpressionField[] => {
  switch (state.Type) {
    case 'Task':
      return [
        { field: 'Arguments', template: state.Arguments },
        { field: 'TimeoutSeconds', template: state.TimeoutSeconds },
        { field: 'HeartbeatSeconds', template: state.HeartbeatSeconds },
        ...exitFields(state, '', 'result'),
        ...state.Catch.flatMap((catcher, at) => exitFields(catcher, `Catch[${at}]/`, 'errorOutput')),
      ];
    case 'Parallel':
      return [
        { field: 'Arguments', template: state.Arguments },
        ...exitFields(state, '', 'result'),
        ...state.Catch.flatMap((catcher, at) => exitFields(catcher, `Catch[${at}]/`, 'errorOutput')),
      ];
    case 'Choice':
      return [
        ...state.Choices.flatMap((rule, at) => [
          { field: `Choices[${at}]/Condition`, template: rule.Condition },
          ...exitFields(rule, `Choices[${at}]/`),
        ]),
        ...exitFields(state, ''),
      ];
    case 'Wait':
      return [
        { field: 'Seconds', template: state.Seconds },
        { field: 'Timestamp', template: state.Timestamp },
        ...exitFields(state, ''),
      ];
    case 'Fail':
      return [
        { field: 'Error', template: state.Error },
        { field: 'Cause', template: state.Cause },
      ];
    default:
      return exitFields(state, '');
  }
};

const exitFields = (
  { Output, Assign }: { readonly Output?: unknown; readonly Assign?: unknown },
  prefix: string,
  offers?: ExpressionField['offers'],
): readonly ExpressionField[] => [
  { field: `${prefix}Output`, template: Output, ...(offers && { offers }) },
  { field: `${prefix}Assign`, template: Assign, ...(offers && { offers }) },
];

/** The variables that a state may assign, in its own scope. */
export const assignedBy = (state: State): readonly string[] =>
  expressionFields(state)
    .filter(({ field }) => field.endsWith('Assign'))
    .flatMap(({ template }) => Object.keys(Object(template)));
