import { randomUUID } from 'node:crypto';
import type { StreamRecord } from '../dynamodb/stream.ts';
import type { Batch, DiscardReason } from './stream-batches.ts';

/** What a given-up batch is put aside as: an S3 object with the batch's place in the stream and the records themselves. */
export const failureObject = (
  { records, attempts }: Batch,
  reason: DiscardReason,
  of: { readonly mappingId: string; readonly functionArn: string; readonly streamArn: string; readonly now: number },
): { readonly key: string; readonly body: string } => {
  const time = new Date(of.now).toISOString();
  const folder = `aws/lambda/${of.mappingId}/shardId-local/${time.slice(0, 10).replaceAll('-', '/')}`;
  const body = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: of.functionArn,
      condition: reason,
      approximateInvokeCount: attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: time,
    DDBStreamBatchInfo: {
      shardId: 'shardId-local',
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(records[0]),
      approximateArrivalOfLastRecord: arrival(records.at(-1)),
      batchSize: records.length,
      streamArn: of.streamArn,
    },
    payload: JSON.stringify({ Records: records }),
  };
  return { key: `${folder}/${time.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`, body: JSON.stringify(body) };
};

const arrival = (record: StreamRecord | undefined): string =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
