import type { Configuration } from '../config.ts';

/** The systems of which some write waits for a person, by their names in the configuration. */
export const systemsAsking = ({ systems, agents }: Configuration): string[] =>
  Object.keys(systems).filter((system) =>
    Object.values(agents).some(({ grants }) =>
      Object.values(grants[system]?.write ?? {}).some((grant) => grant?.level === 'approve'),
    ),
  );
