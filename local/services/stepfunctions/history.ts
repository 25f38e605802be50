import { ServiceError } from '../../service.ts';
import type { Execution } from './rows.ts';
import type { Store } from './store.ts';

/** An execution ends with `States.Runtime` rather than have more events than this. */
export const longestHistory = 25_000;

/** One event to come: what happened, after which event of the same thread. */
export interface NewEvent {
  readonly at: number;
  readonly previous: number;
  readonly type: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds an event to an execution's history, inside the transaction that makes it true. Answers its number. */
export const addEvent = ({ sql }: Store, execution: string, { at, previous, type, details = {} }: NewEvent): number => {
  const row = sql(
    `INSERT INTO stepfunctions_event (execution, id, previous, at, type, details)
     SELECT :execution, coalesce(max(id), 0) + 1, :previous, :at, :type, :details
     FROM stepfunctions_event WHERE execution = :execution RETURNING id`,
  ).get({ execution, previous, at, type, details: JSON.stringify(details) });
  return Number(row?.['id']);
};

/** The members of details that carry data of the execution. */
const data = ['input', 'output', 'parameters', 'assignedVariables'];

const detailsName = (type: string): string => {
  const [, moment] = /State(Entered|Exited)$/.exec(type) ?? [];
  return moment ? `state${moment}EventDetails` : `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
};

/** A page of an execution's events as GetExecutionHistory answers it. */
export const readHistory = (
  { sql }: Store,
  execution: Execution,
  options: { readonly limit: number; readonly offset: number; readonly reverse: boolean; readonly withData: boolean },
): readonly object[] =>
  sql(
    `SELECT * FROM stepfunctions_event WHERE execution = ? ORDER BY ${options.reverse ? 'id DESC' : 'id'} LIMIT ? OFFSET ?`,
  )
    .all(execution.arn, options.limit, options.offset)
    .map((row) => {
      const type = String(row['type']);
      const details = Object.entries(JSON.parse(String(row['details'])));
      const shown = details.filter(([name]) => options.withData || !data.includes(name));
      return {
        id: row['id'],
        previousEventId: row['previous'],
        timestamp: Number(row['at']) / 1000,
        type,
        ...(details.length > 0 && { [detailsName(type)]: Object.fromEntries(shown) }),
      };
    });

/** An offset that a client hands back to go on reading. */
export const pageToken = (offset: number): string => Buffer.from(`from ${offset}`).toString('base64url');

/** The offset in such a token; 0 without one. Error: `InvalidToken`. */
export const pageOffset = (token: string | undefined): number => {
  if (token === undefined) return 0;
  const [, offset] = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset !== undefined) return Number(offset);
  throw new ServiceError('InvalidToken', `Invalid Token: '${token}'`);
};
