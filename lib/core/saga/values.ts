import Big from 'big.js';
import { type Operations, stepIdOf } from '../operation/operation.ts';
import type { Template } from '../state-machine.ts';
import { type SagaOperation, stepIn } from './progress.ts';
import { ofInput, pathsIn, resolve, valueIn } from './reference.ts';
import type { Comparison } from './saga.ts';

/** Fills a template from the operations of a saga: its own input, and what its steps answered. Throws where a step has not answered. */
export async function filled(
  template: Template,
  saga: SagaOperation,
  operations: Pick<Operations, 'get'>,
): Promise<unknown> {
  const names = new Set(pathsIn(template).map(([name = '']) => name));
  const values = new Map<string, unknown>();
  for (const name of names)
    values.set(name, name === ofInput ? JSON.parse(saga.input) : await answerOf(saga, name, operations));
  return resolve(template, ([name = '', ...at]) => valueIn(values.get(name), at));
}

async function answerOf(saga: SagaOperation, step: string, operations: Pick<Operations, 'get'>): Promise<unknown> {
  const operation = await operations.get(stepIdOf(stepIn(saga, step)));
  if (operation?.state !== 'applied' || operation.result === undefined) throw new Error(`step ${step} has no answer`);
  return JSON.parse(operation.result);
}

/** Compares two values; decimals exactly. */
export function compared(left: unknown, is: Comparison, right: unknown): boolean {
  switch (is) {
    case 'equal':
      return left === right;
    case 'not_equal':
      return left !== right;
    case 'above':
      return new Big(String(left)).gt(String(right));
    case 'present':
      return left !== undefined && left !== null;
    case 'not_empty':
      return Array.isArray(left) && left.length > 0;
  }
}
