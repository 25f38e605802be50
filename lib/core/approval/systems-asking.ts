import type { Configuration } from '../config.ts';
import { deployedSagas, systemFor } from '../saga/deployed.ts';
import { callsOf } from '../saga/saga.ts';

/** The systems of which some write waits for a person, by their names in the configuration. */
export const systemsAsking = (configuration: Configuration): string[] => {
  const { systems, agents } = configuration;
  const ofSagas = systemsAskingInSagas(configuration);
  return Object.entries(systems)
    .filter(
      ([system, { tools }]) =>
        ofSagas.has(system) ||
        Object.values(agents).some(({ grants }) =>
          Object.entries(grants[system]?.write ?? {}).some(
            ([name, grant]) => grant?.level === 'approve' && tools.some(({ contract }) => contract.name === name),
          ),
        ),
    )
    .map(([system]) => system);
};

function systemsAskingInSagas(configuration: Configuration): ReadonlySet<string> {
  const grants = Object.values(configuration.agents).flatMap(({ sagas = {} }) => Object.entries(sagas));
  return new Set(
    deployedSagas(configuration).flatMap((deployed) =>
      callsOf(deployed.saga.steps)
        .filter(({ name }) =>
          grants.some(([saga, { steps }]) => saga === deployed.saga.name && steps?.[name]?.approval),
        )
        .map(({ contract }) => systemFor(deployed, contract, configuration).system),
    ),
  );
}
