import type { Configuration } from '../config.ts';

/** The systems of which some write waits for a person, by their names in the configuration. */
export const systemsAsking = ({ systems, agents }: Configuration): string[] =>
  Object.entries(systems)
    .filter(([system, { tools }]) =>
      Object.values(agents).some(({ grants }) =>
        Object.entries(grants[system]?.write ?? {}).some(
          ([name, grant]) => grant?.level === 'approve' && tools.some(({ contract }) => contract.name === name),
        ),
      ),
    )
    .map(([system]) => system);
