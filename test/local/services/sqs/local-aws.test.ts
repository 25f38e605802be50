import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import type { LocalAws } from '../../../../local/local-aws.ts';
import { startFixture, temporaryDirectory } from '../../fixture.ts';

const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const QueueUrl = (local: LocalAws) => local.outputs('test')['Url'] ?? '';

const mayOnly = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: 'arn:aws:sqs:eu-central-1:111122223333:backlog.fifo' }],
});

const start = (state: string) =>
  startFixture({
    functions: {},
    resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'backlog.fifo', FifoQueue: true } },
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                ...{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*' },
                Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
    },
    outputs: { Url: { Value: { Ref: 'Queue' } } },
    roles: [
      { name: 'relay', roleArn: roleArn('relay'), kind: 'agent', policy: mayOnly('sqs:SendMessage') },
      { name: 'replay', roleArn: roleArn('replay'), kind: 'agent', policy: mayOnly('sqs:ReceiveMessage') },
    ],
    options: { state },
  });

const clientOf = (local: LocalAws, role: string): SQSClient => {
  const client = new SQSClient({
    region: local.region,
    endpoint: local.origin,
    credentials: local.credentials(role),
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
};

it('lets each role do what its policy says, keeps messages over a restart, and ends with a call that waits', async () => {
  const state = temporaryDirectory();
  const first = await start(state);
  const message = { MessageBody: 'o1', MessageGroupId: 'g', MessageDeduplicationId: 'o1:1' };
  const send = (role: string) =>
    clientOf(first, role).send(new SendMessageCommand({ QueueUrl: QueueUrl(first), ...message }));
  await send('relay');
  await expect(send('replay')).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('sqs:SendMessage on resource: arn:aws:sqs:eu-central-1:111122223333:backlog.fifo'),
  });
  await first.close();
  const second = await start(state);
  const receive = () =>
    clientOf(second, 'replay').send(new ReceiveMessageCommand({ QueueUrl: QueueUrl(second), WaitTimeSeconds: 20 }));
  expect((await receive()).Messages).toMatchObject([{ Body: 'o1' }]);
  const waiting = receive().catch((error: unknown) => error);
  await second.close();
  await waiting;
});
