import * as z from 'zod';

const days = z.int().min(1).max(1000);

/** What a configuration may say about the credentials of a system. */
export const credentialRules = z.discriminatedUnion('replacedBy', [
  z.strictObject({ replacedBy: z.literal('people'), warnAfterDays: days }),
  z.strictObject({ replacedBy: z.literal('rotation'), everyDays: days.min(2) }),
]);

/**
 * Who replaces the credentials of a system: people, for whom an alarm is raised at an age, or we ourselves, where its
 * kind can. Rotation is asked for once its secrets have a value: the deployment that makes them has nothing to rotate.
 */
export type CredentialRules = z.output<typeof credentialRules>;

/** Days that a rotation may be late, with everything that tries it again, before somebody has to look. */
const graceDays = 7;

/** The rules of a system: people replace its credentials twice a year, where nothing is said. */
export const credentialRulesOf = ({ credentials }: { readonly credentials?: CredentialRules }): CredentialRules =>
  credentials ?? { replacedBy: 'people', warnAfterDays: 180 };

/** The age in days above which a credential is too old. */
export const oldestCredential = (rules: CredentialRules): number =>
  rules.replacedBy === 'people' ? rules.warnAfterDays : rules.everyDays + graceDays;
