import type { Configuration } from '../../../lib/core/config.ts';
import { compile } from '../../../lib/core/saga/compile.ts';
import { bindingOf } from '../../../lib/core/saga/deployed.ts';
import { callsOf } from '../../../lib/core/saga/saga.ts';
import type { StateMachine } from '../../../lib/core/state-machine.ts';
import { readDefinition } from '../../../local/services/stepfunctions/read-definition.ts';
import { scripts } from './scripts.ts';
import { connector, modelShop } from './shop.ts';

/** The shop that all lives use, one after the other. */
export const shop = modelShop();
const tiers = [{ above: '0', need: 1, of: ['anna'], within: 72 }];
const systems: Configuration['systems'] = {
  shop: {
    ...{ kind: 'shop', isaLevel: 4, origins: {}, settings: {}, tools: shop.tools, organisation: { default: {} } },
    load: async () => connector,
  },
};
/** `isPoor`: every write of the sagas is over its limit. `isOff`: nobody is granted them. */
const configurationOf = ({ isPoor = false, isOff = false }): Configuration => ({
  ...{ timeZone: 'UTC', possibleDuplicates: { withinHours: 0 }, operators: {}, systems, sagas: Object.values(scripts) },
  agents: {
    buyer: {
      ...{ role: 'role/buyer', grants: {} },
      sagas: Object.fromEntries(
        Object.keys(scripts).map((name) => [
          name,
          { level: isOff ? ('off' as const) : ('auto' as const), steps: stepsOf(name, isPoor) },
        ]),
      ),
    },
  },
  approvers: { anna: { name: 'Anna', email: 'anna@example.com' } },
  approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
});
const stepsOf = (name: string, isPoor: boolean) => {
  const limit = isPoor && { limit: { amount: '5', currency: 'EUR' } };
  const calls = callsOf(scripts[name]?.steps ?? []).filter(({ contract }) => contract.amountOf);
  return Object.fromEntries(calls.map((call) => [call.name, { ...limit, ...(call.approval && { approval: tiers }) }]));
};
/** What may be deployed: all is granted; every write is over its limit; nothing is granted. */
export const deploys = {
  rich: configurationOf({}),
  poor: configurationOf({ isPoor: true }),
  off: configurationOf({ isOff: true }),
} as const;

const definitions = new Map<string, Definition>();
type Definition = ReturnType<typeof readDefinition>;

/** The machine of a saga as Step Functions reads it; `altered` by whoever breaks it. */
export function definitionOf(name: string, altered?: (compiled: StateMachine) => StateMachine): Definition {
  const known = definitions.get(name);
  if (known && !altered) return known;
  const saga = scripts[name];
  if (!saga) throw new Error(`there is no saga ${name}`);
  const compiled = compile(saga, bindingOf({ saga }, { systems }));
  const machine = altered ? altered(compiled) : compiled;
  const definition = readDefinition(JSON.stringify(machine).replace(/\$\{(\w+)\}/g, '$1'));
  if (!altered) definitions.set(name, definition);
  return definition;
}
