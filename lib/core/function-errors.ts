import type { Retrier } from './state-machine.ts';

/** Errors of calling a function, after which it may or may not have run. */
export const invocationErrors: readonly string[] = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** How a machine calls a function again: six times within some two minutes, so that not all come at once. */
export const calledAgain: Omit<Retrier, 'ErrorEquals'> = {
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};
