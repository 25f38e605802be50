import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import { type Commitment, type Noted, shortened, sumUpTo, type Totals } from '../core/policy/totals.ts';
import { logError } from './log.ts';

const itemSchema = z.object({
  /** Grows at its end only; `edition` tells when it was shortened. */
  log: z.array(z.object({ operationId: z.string(), value: z.string(), at: z.number(), gone: z.boolean().optional() })),
  edition: z.int(),
});

/** How often, in lines, the log is shortened. */
const turn = 64;

/** The sums of the coordination table: one item for an agent and a party. It appends, whatever else it finds, so that no two writers can miss each other. */
export function totalsTable(client: DynamoDBClient, tableName: string): Totals {
  const append = async (to: Omit<Commitment, 'value' | 'operationId'>, noted: Noted) => {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(to),
        UpdateExpression:
          'SET #log = list_append(if_not_exists(#log, :none), :noted), #edition = if_not_exists(#edition, :first), #expiration = :expiration',
        ExpressionAttributeNames: { '#log': 'log', '#edition': 'edition', '#expiration': 'expiration' },
        ExpressionAttributeValues: marshall({
          ':none': [],
          ':noted': [noted],
          ':first': 0,
          ':expiration': Math.floor(to.now / 1000) + 2 * 86_400,
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return itemSchema.parse(unmarshall(Attributes ?? {}));
  };

  const shorten = async (to: Omit<Commitment, 'value'>, { log, edition }: z.output<typeof itemSchema>) => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(to),
          UpdateExpression: 'SET #log = :log, #edition = :next',
          ConditionExpression: '#edition = :edition AND size(#log) = :lines',
          ExpressionAttributeNames: { '#log': 'log', '#edition': 'edition' },
          ExpressionAttributeValues: marshall({
            ':log': shortened(log, to.now),
            ':next': edition + 1,
            ':edition': edition,
            ':lines': log.length,
          }),
        }),
      );
    } catch (error) {
      // Somebody was faster; the next turn comes. The sum is known, so a failure is no reason to refuse the call.
      if (!(error instanceof ConditionalCheckFailedException)) logError('a log of sums could not be shortened', error);
    }
  };

  return {
    async add({ operationId, value, ...to }) {
      try {
        const item = await append(to, { operationId, value, at: to.now });
        if (item.log.length % turn === 0) await shorten({ ...to, operationId }, item);
        return sumUpTo(operationId, item.log, to.now);
      } catch (cause) {
        throw new CountersignError('STORE_UNAVAILABLE', 'What was committed before could not be read.', { cause });
      }
    },
    forget: async ({ operationId, ...to }) => {
      await append(to, { operationId, value: '0', at: to.now, gone: true });
    },
  };
}

/** The names of systems and agents have no `#`. */
const keyOf = ({ system, agent, counterparty }: Pick<Commitment, 'system' | 'agent' | 'counterparty'>) =>
  marshall({ id: `sum#${system}#${agent}#${counterparty}` });
