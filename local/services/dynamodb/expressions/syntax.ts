import type { Path } from '../path.ts';

/** What a condition compares. Paths still hold `#` placeholders, values are named by their `:` placeholder. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'size'; readonly path: Path };

/** The six comparison operators. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The functions that answer true or false. */
export type Predicate = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';

/** A parsed condition, filter or key condition. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly choices: readonly Operand[] }
  | { readonly kind: 'call'; readonly predicate: Predicate; readonly path: Path; readonly argument?: Operand };

/** What SET may assign. */
export type Assigned =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Assigned }
  | { readonly kind: 'list_append'; readonly first: Assigned; readonly second: Assigned }
  | { readonly kind: 'plus' | 'minus'; readonly left: Assigned; readonly right: Assigned };

/** A parsed update expression: its clauses in the order in which they are applied. */
export interface Update {
  readonly set: readonly { readonly path: Path; readonly value: Assigned }[];
  readonly remove: readonly { readonly path: Path }[];
  readonly add: readonly { readonly path: Path; readonly placeholder: string }[];
  readonly delete: readonly { readonly path: Path; readonly placeholder: string }[];
}

/** A parsed expression with the placeholders that it uses. */
export interface Parsed<T> {
  readonly tree: T;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/** The request member that carries an expression; DynamoDB names it in its errors. */
export type ExpressionMember =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';
