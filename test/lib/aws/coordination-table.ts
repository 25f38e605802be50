import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';
import { startTableProxy } from './table-proxy.ts';

/** The coordination table in the local engine, behind a proxy that counts calls and has accidents. */
export async function openCoordinationTable() {
  const service = dynamodb(localContext());
  await deploy(service, 'AWS::DynamoDB::Table', {
    TableName: 'coordination',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  const engine = await serve(service);
  const proxy = await startTableProxy(engine.endpoint);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new DynamoDBClient({ endpoint: proxy.endpoint, region: 'eu-central-1', credentials, maxAttempts: 2 });
  return {
    ...{ client, proxy },
    calm: () => {
      proxy.calls.length = 0;
      proxy.accidents = [];
    },
    close: async () => {
      client.destroy();
      proxy.close();
      await engine.close();
    },
  };
}
