import type { Configuration } from '../core/config.ts';
import { ConfigurationError } from '../core/configuration-error.ts';
import { type Access, accessOf, isLedger } from '../core/system.ts';

/** One access to one system: it has a credential of its own. */
export interface SystemAccess {
  readonly system: string;
  readonly access: Access;
}

/** The accesses that the configured systems need: reading always, for looking up and checking; writing where a tool writes. Throws `ConfigurationError` on a write at ISA-95 level 3. */
export const accessesOf = ({ systems }: Configuration): SystemAccess[] =>
  Object.entries(systems).flatMap(([system, { isaLevel, tools }]) => {
    const writes = tools.some(({ contract }) => accessOf(contract) === 'write');
    if (isaLevel === 3 && writes) throw new ConfigurationError(`systems.${system}`, 'ISA-95 level 3 can only be read');
    const read: SystemAccess = { system, access: 'read' };
    return writes ? [read, { system, access: 'write' }] : [read];
  });

/** Those of them that sign in somewhere. */
export const signedAccessesOf = (configuration: Configuration): SystemAccess[] =>
  accessesOf(configuration).filter(({ system }) => {
    const { origins = 'ledger' } = configuration.systems[system] ?? {};
    return !isLedger({ origins });
  });
