import { CountersignError } from '../errors.ts';
import type { OrganisationTable } from '../system.ts';

/** Organisational fields for one agent and site: what the agent has overrides what the site has overrides the default. */
export function organisationFor(
  { default: general, sites = {}, agents = {} }: OrganisationTable,
  { agent, site }: { readonly agent: string; readonly site: string | undefined },
): Readonly<Record<string, string>> {
  if (site !== undefined && Object.keys(sites).length > 0 && !Object.hasOwn(sites, site))
    throw new CountersignError('ORG_NOT_CONFIGURED', `No organisation is configured for site ${site}.`);
  const special = {
    ...(site === undefined ? {} : sites[site]),
    ...(Object.hasOwn(agents, agent) ? agents[agent] : {}),
  };
  const given = Object.entries(special).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...general, ...Object.fromEntries(given) };
}
