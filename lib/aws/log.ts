import { Logger } from '@aws-lambda-powertools/logger';

/** One JSON line an event. Inputs, answers and credentials are never logged. */
export const logger = new Logger({ serviceName: 'countersign' });

/** Logs what went wrong, by name and message; a cause's own fields may hold what must not be logged. */
export function logError(message: string, error: unknown, facts: Readonly<Record<string, string | number>> = {}): void {
  const { name, text, stack } =
    error instanceof Error
      ? { name: error.name, text: error.message, stack: error.stack ?? '' }
      : { name: typeof error, text: '', stack: '' };
  logger.error(message, { ...facts, errorName: name, errorMessage: text, errorStack: stack });
}
