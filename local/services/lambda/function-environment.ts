import { devNull } from 'node:os';
import type { Credentials } from '../../credentials.ts';
import type { FunctionSettings } from './function-settings.ts';

/** All environment variables of a function's process; nothing of the host's own environment gets in. */
export const functionEnvironment = (
  settings: FunctionSettings,
  options: { readonly region: string; readonly origin: string; readonly credentials: Credentials },
): Record<string, string> => ({
  ...settings.variables,
  ...hostNeeds(),
  _HANDLER: settings.handler,
  TZ: 'UTC',
  LAMBDA_TASK_ROOT: settings.directory,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_REGION: options.region,
  AWS_DEFAULT_REGION: options.region,
  AWS_LAMBDA_FUNCTION_NAME: settings.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: options.credentials.sessionToken ?? '',
  AWS_ENDPOINT_URL: options.origin,
  // The SDK would otherwise read profiles of whoever runs the local AWS from their home directory.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
});

const hostNeeds = (): Record<string, string> =>
  process.platform === 'win32'
    ? { SystemRoot: process.env['SystemRoot'] ?? 'C:\\Windows', PATH: '' }
    : { PATH: '/usr/local/bin:/usr/bin:/bin' };
