import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** DynamoDB's time: the Date of its last response plus the monotonic time since. It lags by less than 1 s and never runs ahead. */
export interface TableClock {
  now(): number;
  /** How far this host's clock was from DynamoDB's at the last response, in ms; undefined before the first. */
  observe(date: string | undefined): void;
}

/** A clock that follows the Date of every response of the client. Before the first there is only the host's clock: a guess. */
export function tableClock(client: DynamoDBClient): TableClock {
  let date: number | undefined;
  let seenAt = 0;
  const clock: TableClock = {
    now: () => (date === undefined ? Date.now() : Math.floor(date + performance.now() - seenAt)),
    observe: (header) => {
      const parsed = Date.parse(header ?? '');
      if (Number.isNaN(parsed)) return;
      date = parsed;
      seenAt = performance.now();
    },
  };
  // "low" priority puts it inside the deserializer, which throws: failed conditions tell the time too.
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      if (hasHeaders(output.response)) clock.observe(output.response.headers['date']);
      return output;
    },
    { step: 'deserialize', priority: 'low', name: 'tableClock', override: true },
  );
  return clock;
}

const hasHeaders = (response: unknown): response is { headers: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'headers' in response;
