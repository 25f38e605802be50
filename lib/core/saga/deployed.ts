import type { Configuration, DeployedSaga } from '../config.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { Contract } from '../contract.ts';
import { type Access, accessOf, type CatalogueEntry } from '../system.ts';
import { type Binding, callsOf, type Saga } from './saga.ts';

/** What an operation of a saga has in the place of a system. */
export const sagaSystem = 'saga';

/** The sagas of a deployment, in one form. */
export const deployedSagas = ({ sagas = [] }: Pick<Configuration, 'sagas'>): DeployedSaga[] =>
  sagas.map((each) => ('saga' in each ? each : { saga: each }));

/** A contract on the system that a saga uses it on. */
export interface Bound {
  readonly tool: string;
  readonly system: string;
  readonly access: Access;
}

/** Where a saga's contracts are carried out. Throws `ConfigurationError` for one that no system offers, or several, of which none is named. */
export function systemFor(
  { saga, on = {} }: DeployedSaga,
  contract: Pick<Contract, 'name' | 'effect'>,
  { systems }: Pick<Configuration, 'systems'>,
): Bound {
  const { name } = contract;
  const offering = Object.keys(systems).filter((system) =>
    systems[system]?.tools.some((each) => each.contract.name === name),
  );
  const named = on[name];
  const system = named === undefined && offering.length === 1 ? offering[0] : offering.find((each) => each === named);
  const field = `sagas.${saga.name}`;
  if (offering.length === 0) throw new ConfigurationError(field, `no system offers ${name}`);
  if (system === undefined) throw new ConfigurationError(`${field}.on.${name}`, `name one of ${offering.join(', ')}`);
  return { tool: `${system}_${name}`, system, access: accessOf(contract as Contract) };
}

/** Placeholder of the function that carries steps out on one system at one access. */
export const stepsFunction = ({ system, access }: Pick<Bound, 'system' | 'access'>): string =>
  `Steps_${system}_${access}`;

/** The binding that a saga is compiled with. */
export const bindingOf =
  (deployed: DeployedSaga, configuration: Pick<Configuration, 'systems'>): Binding =>
  (contract) => {
    const bound = systemFor(deployed, contract, configuration);
    return { tool: bound.tool, function: stepsFunction(bound) };
  };

/** Every contract on a system that a saga calls, forward and to undo. Throws as `systemFor`. */
export function boundIn(deployed: DeployedSaga, configuration: Pick<Configuration, 'systems'>): Bound[] {
  const contracts = callsOf(deployed.saga.steps).flatMap(({ contract }) => [
    contract,
    ...(contract.undoneBy ? [contract.undoneBy.contract] : []),
  ]);
  return contracts.map((contract) => systemFor(deployed, contract, configuration));
}

/** The sagas as agents see them: tools by their own names. */
export const sagaEntries = (configuration: Pick<Configuration, 'sagas'>): CatalogueEntry[] =>
  deployedSagas(configuration).map(({ saga }) => ({
    id: saga.name,
    system: sagaSystem,
    contract: contractOf(saga),
    isSaga: true,
    load: () => Promise.reject(new Error(`${saga.name} is a saga`)),
  }));

const contractOf = ({ name, summary, input, output, examples, steps }: Saga): Contract => ({
  ...{ name, effect: 'update', summary, input, output, examples },
  errors: [...new Set(callsOf(steps).flatMap(({ contract }) => contract.errors))],
});
