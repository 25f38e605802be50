import { Logger } from '@aws-lambda-powertools/logger';
import { isCountersignError } from '../core/errors.ts';

/** One JSON line an event. Inputs, answers and credentials are never logged. */
export const logger = new Logger({ serviceName: 'countersign' });

/**
 * Logs what went wrong: the error's name and where it was thrown. A message goes along only where it is ours: others
 * quote what they stumbled over, as a JSON parser quotes a credential.
 */
export function logError(message: string, error: unknown, facts: Readonly<Record<string, string | number>> = {}): void {
  const known = isCountersignError(error) ? { errorCode: error.code, errorMessage: error.message } : {};
  const thrown =
    error instanceof Error ? { errorName: error.name, errorStack: framesOf(error) } : { errorName: typeof error };
  logger.error(message, { ...facts, ...known, ...thrown });
}

const framesOf = ({ stack = '' }: Error): string[] =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());
