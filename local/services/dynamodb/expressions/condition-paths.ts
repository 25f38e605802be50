import type { Path } from '../path.ts';
import type { Condition, Operand } from './syntax.ts';

const inOperands = (operands: readonly (Operand | undefined)[]): readonly Path[] =>
  operands.flatMap((operand) => (operand && operand.kind !== 'value' ? [operand.path] : []));

/** The document paths that a condition reads. */
export const pathsIn = (condition: Condition): readonly Path[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(condition.left), ...pathsIn(condition.right)];
    case 'not':
      return pathsIn(condition.condition);
    case 'compare':
      return inOperands([condition.left, condition.right]);
    case 'between':
      return inOperands([condition.operand, condition.low, condition.high]);
    case 'in':
      return inOperands([condition.operand, ...condition.choices]);
    case 'call':
      return [condition.path, ...inOperands([condition.argument])];
  }
};
