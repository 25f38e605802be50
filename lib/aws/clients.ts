import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Lambda puts the role's credentials into the environment; nothing else is asked. */
const credentials = async () => ({
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  ...(process.env['AWS_SESSION_TOKEN'] && { sessionToken: process.env['AWS_SESSION_TOKEN'] }),
});

/** What is not answered by then is asked once more: a write of ours must end while its function still runs. */
const promptly = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** One client a process, made when it is first used. */
export const dynamoDb = () => new DynamoDBClient({ credentials, maxAttempts: 2, requestHandler: promptly });
export const secretsManager = () => new SecretsManagerClient({ credentials, maxAttempts: 3 });
export const lambda = () => new LambdaClient({ credentials, maxAttempts: 1 });
export const stepFunctions = () => new SFNClient({ credentials, maxAttempts: 3 });
export const sesv2 = () => new SESv2Client({ credentials, maxAttempts: 3 });
export const sqs = () => new SQSClient({ credentials, maxAttempts: 3 });
