// Started by durability.test.ts: sends until it is killed, and reports each message that was acknowledged.
import { writeSync } from 'node:fs';
import { localClock } from '../../../../local/clock.ts';
import { sqsService } from '../../../../local/services/sqs/sqs.ts';
import { openState } from '../../../../local/state.ts';
import { deploy, localContext } from '../local-context.ts';

const { database } = openState(process.argv[2] ?? '');
const context = { ...localContext(database), clock: localClock({}) };
const { service } = sqsService({ context, origin: () => 'http://local' });
const { ref: QueueUrl } = await deploy(service, 'AWS::SQS::Queue', { QueueName: 'erp.fifo', FifoQueue: true }, 'erp');
const call = (name: 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage', input: object) =>
  service.actions[name].run({ input: { QueueUrl, ...input }, principal: 'role' });
for (let at = 0; ; at += 1) {
  await call('SendMessage', { MessageBody: `${at}`, MessageGroupId: `${at}`, MessageDeduplicationId: `${at}` });
  const { Messages } = Object(await call('ReceiveMessage', {}));
  // Every second one is deleted, the others stay in flight.
  if (at % 2 === 1) await call('DeleteMessage', { ReceiptHandle: Messages[0].ReceiptHandle });
  writeSync(1, `${at}\n`);
}
