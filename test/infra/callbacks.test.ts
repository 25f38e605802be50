import { describe, expect, test } from 'vitest';
import { sample, sampleFor, synthesizeSample } from './sample.ts';
import { functionNamed, ofType, permissionsOf, resourcesIn } from './template.ts';

const { buyer, ...others } = sample('production').agents;
const toldAt = (url: string, name = 'buyer') => ({
  agents: { ...others, [name]: { role: 'role/agents/buyer', grants: buyer?.grants ?? {}, callback: { url } } },
});
const url = 'https://agents.example/countersign?of=buyer';
const assembly = synthesizeSample('production', { change: toldAt(url) });
const [data, service] = [resourcesIn(assembly, 'data'), resourcesIn(assembly, 'service')];
const name = 'countersign-production-buyer-callbacks';

describe('an agent with an endpoint', () => {
  test('has an empty secret and a queue of its own, the others have not', () => {
    const secrets = ofType(data, 'AWS::SecretsManager::Secret').map(({ properties }) => properties);
    expect(secrets.filter(({ Name }) => Name.includes('callbacks'))).toEqual([
      expect.objectContaining({ Name: 'countersign/production/callbacks/buyer', KmsKeyId: '<DataKey.Arn>' }),
    ]);
    expect(JSON.stringify(secrets)).not.toMatch(/SecretString/);
    const queues = ofType(data, 'AWS::SQS::Queue').map(({ properties }) => properties);
    expect(queues.filter(({ QueueName }) => QueueName.includes('callbacks'))).toMatchObject([
      { QueueName: `${name}.fifo`, MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true },
    ]);
  });

  test('has a function that can read its operations, sign for it and note what became of that, and nothing else', () => {
    expect(permissionsOf(service, name).filter((each) => !each.startsWith('logs:'))).toEqual([
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      ...['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'].map((verb) => `kms:${verb} on <data:DataKey.Arn>`),
      's3:GetObject on <data:ResultsBucket.Arn>/operations/*',
      'secretsmanager:GetSecretValue on <data:Callbacksbuyersecret9802A99C>',
      ...['ChangeMessageVisibility', 'DeleteMessage', 'ReceiveMessage'].map(
        (verb) => `sqs:${verb} on <data:CallbacksbuyerE7B7B9F2.Arn>`,
      ),
    ]);
    expect(functionNamed(service, name).properties).toMatchObject({
      Timeout: 60,
      Environment: {
        Variables: { AGENT: 'buyer', CALLBACK_URL: url, CALLBACK_QUEUE: '<data:CallbacksbuyerE7B7B9F2>' },
      },
    });
  });

  test('is told at once, and in any case every minute, of what the relay has put into that queue', () => {
    const { id } = functionNamed(service, name);
    const rules = ofType(service, 'AWS::Events::Rule').map(({ properties }) => properties);
    expect(rules.filter(({ Targets }) => Targets[0].Arn === `<${id}.Arn>`)).toMatchObject([
      { ScheduleExpression: 'rate(1 minute)' },
    ]);
    expect(permissionsOf(service, 'countersign-production-relay')).toContain(
      'sqs:SendMessage on <data:CallbacksbuyerE7B7B9F2.Arn>',
    );
    expect(permissionsOf(service, 'countersign-production-relay')).toContain(`lambda:InvokeFunction on <${id}.Arn>`);
    const { Variables } = functionNamed(service, 'countersign-production-relay').properties.Environment;
    expect(JSON.parse(Variables.CALLBACK_QUEUES)).toEqual({ buyer: '<data:CallbacksbuyerE7B7B9F2>' });
    expect(JSON.parse(Variables.CALLBACK_FUNCTIONS)).toEqual({ buyer: name });
  });
});

test.each([
  ['http://agents.example/', 'agents.buyer.callback.url: use https'],
  ['http://127.0.0.1:8080/', 'agents.buyer.callback.url: use https'],
  ['https://me:secret@agents.example/', 'agents.buyer.callback.url: no credentials'],
  ['https://:secret@agents.example/', 'agents.buyer.callback.url: no credentials'],
  ['agents.example', 'agents.buyer.callback.url'],
])('an endpoint %s fails synthesis by its field', (wrong, message) => {
  expect(() => sampleFor('production', toldAt(wrong))).toThrow(message);
});

test('an endpoint on this machine is for stage local alone', () => {
  expect(sampleFor('local', toldAt('http://127.0.0.1:8080/')).agents['buyer']?.callback).toBeDefined();
});

test('an agent whose function could not be named fails synthesis by its name', () => {
  const long = 'b'.repeat(40);
  expect(() => synthesizeSample('production', { change: toldAt(url, long) })).toThrow(`agents.${long}`);
});
