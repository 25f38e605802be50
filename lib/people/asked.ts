import type { Approval } from '../core/approval/approval.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import { hashOfLink } from './link.ts';
import type { SignedInVisit } from './visit.ts';

/** A question that the visitor is asked, and what is shown of it. */
export interface Asked {
  readonly approval: Approval;
  readonly dossier: Dossier;
}

/**
 * The question that a path names, by a link from a mail or by the round's own id. Undefined for what nobody asked this
 * person: who reads a link of somebody else learns nothing from it.
 */
export async function askedBy(key: string, { on, signedIn: { session } }: SignedInVisit): Promise<Asked | undefined> {
  const id = key.includes('.') ? key : await linked(key, { on, session });
  const approval = id === undefined ? undefined : await on.approvals.get(id);
  if (!approval || !isTheirs(approval, session.approver)) return undefined;
  return { approval, dossier: dossierOf(approval) };
}

/** Whoever passed a question on still sees what became of it. */
const isTheirs = ({ of, passedOn = [] }: Approval, approver: string): boolean =>
  of.includes(approver) || passedOn.some(({ from }) => from === approver);

async function linked(
  key: string,
  { on, session }: Pick<SignedInVisit, 'on'> & { readonly session: { readonly approver: string } },
): Promise<string | undefined> {
  const link = await on.links.find(hashOfLink(key));
  return link?.approver === session.approver ? link.approvalId : undefined;
}

/** What is shown of a round. Throws when it is not what the core wrote. */
export const dossierOf = ({ shown }: Approval): Dossier => dossierSchema.parse(JSON.parse(shown));
