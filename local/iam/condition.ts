import * as z from 'zod';
import { matchesArn, matchesPattern } from './pattern.ts';

/** What is known of a request beside action and resource. A key that is absent here is absent from the request. */
export type ConditionContext = Readonly<Partial<Record<ConditionKey, string>>>;

const operators = {
  StringEquals: (actual: string, wanted: string) => actual === wanted,
  StringNotEquals: (actual: string, wanted: string) => actual === wanted,
  StringLike: (actual: string, wanted: string) => matchesPattern(actual, wanted),
  ArnEquals: (actual: string, wanted: string) => matchesArn(actual, wanted),
  ArnLike: (actual: string, wanted: string) => matchesArn(actual, wanted),
  Bool: (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase(),
};

const negated: readonly string[] = ['StringNotEquals'];

const keys = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
] as const;

/** A condition key that the local AWS can answer; others are refused at deploy. */
export type ConditionKey = (typeof keys)[number];

const names = Object.keys(operators) as (keyof typeof operators)[];
const wanted = z.union([
  z.union([z.string(), z.boolean()]).transform((one) => [String(one)]),
  z.array(z.union([z.string(), z.boolean()]).transform(String)).min(1),
]);

/** The `Condition` of a statement: a closed list of operators and keys. */
export const conditionBlock = z.partialRecord(z.enum([...names, 'Null']), z.partialRecord(z.enum(keys), wanted));

type ConditionBlock = z.infer<typeof conditionBlock>;

/** Whether every operator holds for every key; several values of one key are alternatives. */
export const conditionHolds = (condition: ConditionBlock, context: ConditionContext): boolean =>
  Object.entries(condition).every(([operator, tests]) =>
    Object.entries(tests ?? {}).every(([key, values]) =>
      testHolds(operator as keyof ConditionBlock, context[key as ConditionKey], values ?? []),
    ),
  );

const testHolds = (operator: keyof ConditionBlock, actual: string | undefined, values: readonly string[]): boolean => {
  if (operator === 'Null') return values.includes(String(actual === undefined));
  const isNegated = negated.includes(operator);
  if (actual === undefined) return isNegated;
  return values.some((value) => operators[operator](actual, value)) !== isNegated;
};
