import type * as z from 'zod';
import { digestOf } from './canonical.ts';
import type { Connector } from './connector.ts';
import type { Contract } from './contract.ts';
import { CountersignError } from './errors.ts';
import { parseGuarded } from './gate.ts';
import { mapMarked } from './marks.ts';

/** A call's arguments in their one canonical form. */
export interface Admitted {
  readonly input: unknown;
}

/**
 * Takes a body apart: gate, strict parse, ids in the system's form.
 * Units and money are canonical by their shapes. Throws `INPUT_INVALID` with the path.
 */
export function admit(
  body: string,
  { contract, connector }: { contract: Contract; connector: Pick<Connector, 'canonicalId'> },
): Admitted {
  const parsed = contract.input.safeParse(parseGuarded(body));
  if (!parsed.success) throw invalid(parsed.error);
  const input = mapMarked(contract.input, parsed.data, (value, marks) => {
    const kind = marks['x-countersign-id'];
    return kind === undefined || typeof value !== 'string' ? value : connector.canonicalId(kind, value);
  });
  return { input };
}

/** Names the payload for Powertools and the journal: canonical arguments and the organisation that they are carried out in. */
export const callDigest = (input: unknown, organisation: Readonly<Record<string, string>>): string =>
  digestOf({ input, organisation });

function invalid(error: z.ZodError): CountersignError {
  const issues = error.issues.slice(0, 5).map(({ path, message, ...issue }) => ({
    path: `/${path.join('/')}`,
    message: 'keys' in issue ? 'has a name that is not known' : message,
  }));
  const [first] = issues;
  return new CountersignError('INPUT_INVALID', `${first?.path}: ${first?.message}`, { facts: { issues } });
}
