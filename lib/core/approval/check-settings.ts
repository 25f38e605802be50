import Big from 'big.js';
import * as z from 'zod';
import type { Configuration } from '../config.ts';
import { type ApprovalTier, weekdays } from './settings.ts';

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'use a decimal string');
const currency = z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code');

/** Shape of one tier of a grant. */
export const tierShape = z.strictObject({
  above: decimal,
  need: z.int().min(1),
  of: z.array(z.string()).min(1),
  within: z.number().min(1).max(8760),
  escalate: z.strictObject({ after: z.number().min(0.25).max(8760), to: z.array(z.string()).min(1) }).optional(),
});

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'use a time such as 08:00');
const workingTime = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1),
    from: time,
    to: time,
    holidays: z.array(z.iso.date()).optional(),
  })
  .refine(({ from, to }) => minutesOf(to) - minutesOf(from) >= 60, {
    path: ['to'],
    error: 'is not an hour or more after the start',
  });

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Shape of the approvers. A name stands in sign-in forms: the same letters as an agent's. */
export const approversShape = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes'),
  z.strictObject({
    name: z.string().min(1).max(80),
    email: z.email(),
    subject: z.string().optional(),
    limit: decimal.optional(),
  }),
);

/** Shape of the settings. Sign-in has no kind that sends a code by mail. */
export const settingsShape = z.strictObject({
  currency,
  rates: z.record(currency, z.strictObject({ rate: decimal, asOf: z.iso.date() })).optional(),
  signIn: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('totp') }),
    z.strictObject({ kind: z.literal('oidc'), issuer: z.url({ protocol: /^https?$/ }), clientId: z.string().min(1) }),
  ]),
  mailFrom: z.email(),
  workingTime: workingTime.optional(),
  batch: z.strictObject({ upTo: decimal }).optional(),
});

/** What types cannot say of the approvals in a configuration: the first wrong field and what is wrong with it. */
export function problemOfApprovals(
  configuration: Configuration,
): readonly [field: string, problem: string] | undefined {
  const { agents, approvers = {} } = configuration;
  for (const [agent, { owner, grants, sagas = {} }] of Object.entries(agents)) {
    if (owner !== undefined && !Object.hasOwn(approvers, owner))
      return [`agents.${agent}.owner`, `there is no approver ${owner}`];
    for (const [system, grant] of Object.entries(grants))
      for (const [tool, write] of Object.entries(grant?.write ?? {})) {
        const problem = problemOfGrant(configuration, write, owner);
        if (problem) return [`agents.${agent}.grants.${system}.write.${tool}.${problem[0]}`, problem[1]];
      }
    for (const [saga, { steps = {} }] of Object.entries(sagas))
      for (const [step, { approval }] of Object.entries(steps)) {
        const problem = approval && problemOfGrant(configuration, { level: 'approve', approval }, owner);
        if (problem) return [`agents.${agent}.sagas.${saga}.steps.${step}.${problem[0]}`, problem[1]];
      }
  }
  return problemOfSubjects(configuration);
}

type Write = NonNullable<NonNullable<Configuration['agents'][string]['grants'][string]>['write']>[string];

function problemOfGrant(
  { approvers = {}, approvals }: Configuration,
  write: Write,
  owner: string | undefined,
): readonly [string, string] | undefined {
  const tiers = write?.approval ?? [];
  if (write?.level !== 'approve') return tiers.length > 0 ? ['approval', 'belongs to level approve'] : undefined;
  if (!approvals) return ['level', 'needs approvals: how people sign in, in which currency, who sends the mail'];
  if (tiers.length === 0) return ['approval', 'name at least one tier: above which amount, how many, of whom'];
  const amounts = new Set(tiers.map(({ above }) => new Big(above).toFixed()));
  if (amounts.size < tiers.length) return ['approval', 'has two tiers above the same amount'];
  for (const [n, tier] of tiers.entries()) {
    const { need, of } = tier;
    const unknown = of.find((name) => !Object.hasOwn(approvers, name));
    if (unknown !== undefined) return [`approval.${n}.of`, `there is no approver ${unknown}`];
    const able = new Set(of.filter((name) => name !== owner)).size;
    if (able < need)
      return [`approval.${n}.need`, `asks for ${need} people, and only ${able} may approve for this agent`];
    const problem = problemOfEscalation(tier, approvers, owner);
    if (problem) return [`approval.${n}.escalate.${problem[0]}`, problem[1]];
  }
  return undefined;
}

function problemOfEscalation(
  { escalate, within, of }: ApprovalTier,
  approvers: NonNullable<Configuration['approvers']>,
  owner: string | undefined,
): readonly [string, string] | undefined {
  if (!escalate) return undefined;
  if (escalate.after >= within) return ['after', `is no earlier than the end of the question, after ${within} hours`];
  const unknown = escalate.to.find((name) => !Object.hasOwn(approvers, name));
  if (unknown !== undefined) return ['to', `there is no approver ${unknown}`];
  const others = escalate.to.filter((name) => name !== owner && !of.includes(name));
  return others.length === 0 ? ['to', 'names nobody who is not asked already'] : undefined;
}

function problemOfSubjects({ approvers = {}, approvals }: Configuration): readonly [string, string] | undefined {
  if (approvals?.signIn.kind !== 'oidc') return undefined;
  const seen = new Set<string>();
  for (const [name, { subject }] of Object.entries(approvers)) {
    if (subject === undefined) return [`approvers.${name}.subject`, 'is needed where people sign in by OIDC'];
    if (seen.has(subject)) return [`approvers.${name}.subject`, 'belongs to another approver too'];
    seen.add(subject);
  }
  return undefined;
}
