import type { Retrier } from './definition.ts';
import type { Failure } from './state-error.ts';

// Source: "Handling errors in Step Functions workflows". That TaskFailed does not match a failed expression is the stricter
// reading: an expression is not the task.
const beyondAll = ['States.DataLimitExceeded', 'States.Runtime'];
const beyondTaskFailed = [...beyondAll, 'States.Timeout', 'States.QueryEvaluationError'];

/** Whether `ErrorEquals` names a failure. `States.Runtime` is never handled. */
export const isNamed = (names: readonly string[], { error, alias }: Failure): boolean => {
  if (error === 'States.Runtime') return false;
  return names.some((name) => {
    if (name === 'States.ALL') return !beyondAll.includes(error);
    if (name === 'States.TaskFailed' && !beyondTaskFailed.includes(error)) return true;
    return name === error || name === alias;
  });
};

/** The Retrier that tries a failure again and the delay before that in ms; nothing when none does, or its attempts are used up. */
export const nextRetry = (
  retriers: readonly Retrier[],
  used: readonly number[],
  failure: Failure,
  random: () => number,
): { readonly retrier: number; readonly delayMs: number } | undefined => {
  // The first that names the failure decides alone, also when it has no attempt left.
  const at = retriers.findIndex(({ ErrorEquals }) => isNamed(ErrorEquals, failure));
  const retrier = retriers[at];
  const attempts = used[at] ?? 0;
  if (!retrier || attempts >= retrier.MaxAttempts) return undefined;
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** attempts;
  const longest = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY, longestDelay);
  const seconds = retrier.JitterStrategy === 'FULL' ? random() * longest : longest;
  return { retrier: at, delayMs: Math.round(seconds * 1000) };
};

/** No execution lives longer than a year. */
const longestDelay = 31_622_400;
