import { type ConditionContext, conditionHolds } from './condition.ts';
import { matchesPattern } from './pattern.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';

/** One question to the evaluator: may this action touch this resource, in this context? */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** `denied` by a statement that says so; `not-allowed` when no statement allows. */
export type Decision = 'allowed' | 'denied' | 'not-allowed';

/** IAM's rule over one set of policies: an explicit deny wins, else one allow is needed. */
export const evaluate = (policies: readonly PolicyDocument[], request: AccessRequest): Decision => {
  const matching = policies.flatMap(({ Statement }) => Statement).filter((one) => applies(one, request));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not-allowed';
};

const applies = (statement: Statement, { action, resource, context }: AccessRequest): boolean =>
  matches(statement.Action, statement.NotAction, (pattern) =>
    matchesPattern(action.toLowerCase(), pattern.toLowerCase()),
  ) &&
  matches(statement.Resource, statement.NotResource, (pattern) => matchesPattern(resource, pattern)) &&
  conditionHolds(statement.Condition ?? {}, context);

/** A statement of a resource policy may name no resource: it then speaks of the one it is attached to. */
const matches = (
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  match: (pattern: string) => boolean,
): boolean => (included ? included.some(match) : !(excluded ?? []).some(match));
