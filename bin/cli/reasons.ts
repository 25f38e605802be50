import { errorTable } from '../../lib/core/errors.ts';

/** Why an operation is as it is, in words: the reasons that are no error codes. */
const words: Readonly<Record<string, string>> = {
  ABSENCE_UNPROVABLE: 'the system does not show it, and nothing says how long it may still be working on it',
  ABSENT_TOO_EARLY: 'the system does not show it, but may still be working on it',
  ALREADY_APPLIED: 'the document was already as it was asked for',
  BEHIND_OTHERS: 'others wait to change the same document',
  CHANGED_OTHERWISE: 'the document was changed, but not as it was asked for',
  CONFIRMED_BUT_MISSING: 'the system confirmed a document that it does not show',
  CONFIRMED_BUT_UNCHANGED: 'the system confirmed a change that the document does not show',
  CONTENT_DIFFERS: 'a document carries its reference, but with other content',
  DUPLICATE_EFFECT: 'more than one document carries its reference',
  EXCEEDS_APPROVED: 'the document commits more than was asked for',
  LATE_EFFECT: 'it took effect after it had been settled otherwise',
  LOOKUP_FAILED: 'the system could not be asked',
  NO_LOOKUP: 'this tool has no way of looking up what became of a call',
  REDRIVEN: 'an operator has it carried out after all',
  RESOLVED: 'two operators have said so, on what the system shows',
  NEVER_BEGUN: 'its saga was given up before it began',
  TAKEN_BACK: 'its saga was given up before it was carried out',
  TOOL_GONE: 'the tool is not configured any more: nobody can ask the system about it',
  READ_BACK_FAILED: 'the system confirmed it, but the document could not be read back',
};

/** The same where steps of a saga are named behind the code. */
const wordsOfSteps: Readonly<Record<string, (steps: string) => string>> = {
  LATE_EFFECT: (step) => `step ${step} took effect after the saga was over (LATE_EFFECT)`,
  LEFT: (steps) => `something is left of ${steps} (LEFT)`,
  STEP_IN_REVIEW: (step) => `a person must say what became of step ${step} (STEP_IN_REVIEW)`,
};

/** A reason as a part of a sentence, with its code. */
export function reasonText(reason: string | undefined): string {
  if (reason === undefined) return 'no reason is recorded';
  const error = Object.entries(errorTable).find(([code]) => code === reason)?.[1];
  const [code = '', ...steps] = reason.split(' ');
  const ofSteps = steps.length > 0 ? wordsOfSteps[code] : undefined;
  if (ofSteps) return ofSteps(steps.join(', '));
  const text = words[reason] ?? error?.title.replace(/\.$/, '').replace(/^(The|A|An|No|Whether|We) /, lowered);
  return text === undefined ? reason : `${text} (${reason})`;
}

const lowered = (start: string): string => start.toLowerCase();
