import { CountersignError } from '../../lib/core/errors.ts';

/** An organisational field of a call, as configured. Throws `ORG_NOT_CONFIGURED`. */
export function organisational(organisation: Readonly<Record<string, string>>, field: string): string {
  const value = organisation[field];
  if (!value) throw new CountersignError('ORG_NOT_CONFIGURED', `No ${field} is configured for this agent and site.`);
  return value;
}
