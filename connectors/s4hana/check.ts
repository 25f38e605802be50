import * as z from 'zod';
import type { Finding } from '../../lib/core/connector.ts';
import { type EdmSets, setsOf } from '../../lib/protocols/edmx.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import type { S4hanaClient, ServiceName } from './client.ts';
import { mapError } from './map-error.ts';
import { optionalServices, type RequiredSets, requirementsOf } from './requirements.ts';

/**
 * Proves, without changing anything, that we can sign in and that every service has the entity sets, fields and lengths that the tools
 * need and lets us read them. The right to write can only be proven by writing.
 */
export async function check(client: S4hanaClient, signal: AbortSignal): Promise<readonly Finding[]> {
  const required = Object.entries(requirementsOf(client.settings)) as [ServiceName, RequiredSets][];
  const findings = await Promise.all(required.map(([name, sets]) => checkService(client, { name, sets }, { signal })));
  return findings.flat();
}

interface Service {
  readonly name: ServiceName;
  readonly sets: RequiredSets;
}

async function checkService(client: S4hanaClient, { name, sets }: Service, call: ReadContext): Promise<Finding[]> {
  const service = client.service(name);
  const metadata = await attempt(`${name}: metadata`, async () => setsOf(await service.metadata(call)));
  if ('finding' in metadata) return [spared(name, metadata.finding)];
  const rights = Object.keys(sets).map(async (set) => {
    const answer = await attempt(`${name}: read ${set}`, () => service.page(set, { top: 1 }, z.unknown(), call));
    return 'finding' in answer ? answer.finding : { what: `${name}: read ${set}`, ok: true, detail: 'allowed' };
  });
  const fields = Object.entries(sets).map(([set, needed]) =>
    checkFields(`${name}: fields of ${set}`, metadata.value.get(set), needed),
  );
  return [...fields, ...(await Promise.all(rights))];
}

/** A service that need not be there, and is not. */
function spared(name: ServiceName, finding: Finding): Finding {
  const tools = optionalServices[name];
  if (tools === undefined || !finding.detail.startsWith('UNSUPPORTED_BY_SYSTEM')) return finding;
  return { ...finding, ok: true, detail: `it is not active: there is no ${tools}` };
}

function checkFields(what: string, actual: ReturnType<EdmSets['get']>, needed: RequiredSets[string]): Finding {
  if (!actual) return { what, ok: false, detail: 'the entity set does not exist' };
  const problems = Object.entries(needed).flatMap(([field, least]) => {
    const property = actual.get(field);
    if (!property) return [`${field} does not exist`];
    const { maxLength = Number.POSITIVE_INFINITY } = property;
    return typeof least === 'number' && maxLength < least ? [`${field} is ${maxLength} long, ${least} are needed`] : [];
  });
  const count = Object.keys(needed).length;
  return { what, ok: problems.length === 0, detail: problems.join('; ') || `${count} fields as needed` };
}

type Attempt<T> = { readonly value: T } | { readonly finding: Finding };

/** An error is a finding, with its code: one service that fails must not hide the others. */
async function attempt<T>(what: string, run: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await run() };
  } catch (error) {
    const { code, message } = mapError(error);
    return { finding: { what, ok: false, detail: `${code}: ${message}` } };
  }
}
