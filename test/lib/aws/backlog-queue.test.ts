import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { enqueueing, receiving } from '../../../lib/aws/backlog-queue.ts';
import { openQueue } from '../../local/services/sqs/queues.ts';
import { draftOf } from '../core/operation/memory-operations.ts';

async function backlog() {
  const { client, QueueUrl, send, deployQueue, attributes } = await openQueue();
  const { ref: unreadableUrl } = await deployQueue('unreadable');
  const enqueue = enqueueing(client, { erp: QueueUrl });
  const receive = receiving(client, { queueUrl: QueueUrl, unreadableUrl });
  const aside = async () => {
    const command = new ReceiveMessageCommand({ QueueUrl: unreadableUrl, MaxNumberOfMessages: 10 });
    return ((await client.send(command)).Messages ?? []).map(({ Body = '' }) => JSON.parse(Body));
  };
  const queued = (id: string, version = 2, lane = id) => draftOf(id, 0, { version, lane: `erp ${lane}` });
  return { enqueue, receive, send, aside, queued, attributes };
}

test('a batch of ten, the fourth poisoned: nine turns, and one aside with its reason', async () => {
  const { enqueue, receive, send, aside, queued } = await backlog();
  for (let n = 0; n < 10; n++)
    if (n === 3) await send('{"operationId":"o3","version":2,"agent":"forged"}', 'o3', 'poison');
    else await enqueue(queued(`o${n}`));
  const tickets = await receive(10);
  expect(tickets.map(({ turn }) => turn.operationId).sort()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9].map((n) => `o${n}`));
  expect(await aside()).toEqual([
    { reason: 'It is no turn of an operation.', received: 1, message: expect.stringContaining('forged') },
  ]);
});

test('a turn is handed out once until it is given back, and its lane with it', async () => {
  const { enqueue, receive, queued } = await backlog();
  await enqueue(queued('a', 2, 'document'));
  await enqueue(queued('b', 2, 'document'));
  await enqueue(queued('c', 2, 'another'));
  const [first, other] = await receive(1).then(async (one) => [...one, ...(await receive(10))]);
  expect([first?.turn, other?.turn.operationId]).toEqual([{ operationId: 'a', version: 2 }, 'c']);
  await first?.done();
  expect((await receive(10)).map(({ turn }) => turn.operationId)).toEqual(['b']);
});

test('the same version twice is one turn, another version another', async () => {
  const { enqueue, queued, attributes } = await backlog();
  for (const version of [2, 2, 3]) await enqueue(queued('a', version));
  expect(await attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '2' });
});

test('a system that has no backlog (any more) is told from one that has', async () => {
  const { enqueue, queued } = await backlog();
  expect([await enqueue(queued('a')), await enqueue({ ...queued('b'), system: 'constructor' })]).toEqual([true, false]);
});
