import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MeterStore } from '../core/resilience/meter-state.ts';
import { tell } from './emf.ts';
import { openOperations } from './open-operations.ts';

/** What is told of a system. */
export interface WaitingMetric {
  readonly client: DynamoDBClient;
  /** The operations table. */
  readonly table: string;
  readonly meter: MeterStore;
  readonly now: number;
}

/** Tells how many operations of a system wait for it and how many are open otherwise, for how long the oldest of each has been, and whether the system's breaker is open. */
export async function tellWaiting(system: string, { client, table, meter, now }: WaitingMetric): Promise<void> {
  const { queued, others } = await openOperations(client, { table, system, now });
  const { breaker } = await meter.read();
  tell(
    { system },
    {
      Queued: ['Count', queued.count],
      QueuedFor: ['Seconds', queued.seconds],
      Unsettled: ['Count', others.count],
      UnsettledFor: ['Seconds', others.seconds],
      BreakerOpen: ['NoUnit', breaker.state === 'closed' ? 0 : 1],
    },
  );
}
