import { ServiceError } from '../../service.ts';
import type { SqliteStore } from './sqlite-store.ts';
import type { Execution } from './store.ts';

/** The members of details that carry data of the execution, and of which the history says whether they were cut short. */
const data = ['input', 'output', 'assignedVariables'];
const withheld = [...data, 'parameters'];

const detailsName = (type: string): string => {
  const [, moment] = /State(Entered|Exited)$/.exec(type) ?? [];
  return moment ? `state${moment}EventDetails` : `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
};

/** Nothing is cut short here. */
const whole = (names: readonly string[]) =>
  names.filter((name) => data.includes(name)).map((name) => [`${name}Details`, { truncated: false }] as const);

/** A page of an execution's events as GetExecutionHistory answers it. */
export const readHistory = (
  { sql }: SqliteStore,
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
      const shown = details.filter(([name]) => options.withData || !withheld.includes(name));
      return {
        id: row['id'],
        previousEventId: row['previous'],
        timestamp: Number(row['at']) / 1000,
        type,
        ...(details.length > 0 && {
          [detailsName(type)]: Object.fromEntries([...shown, ...whole(shown.map(([name]) => name))]),
        }),
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
