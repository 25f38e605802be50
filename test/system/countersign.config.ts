import sample from '../../countersign.config.ts';
import type { ConfigurationByStage } from '../../lib/core/config.ts';

/** The sample configuration, impatient: a system that hangs is given up after two seconds instead of fifteen. */
const impatient: ConfigurationByStage = (stage) => {
  const configuration = sample(stage);
  const systems = Object.entries(configuration.systems).map(([name, system]) => [name, { ...system, patience: 2_000 }]);
  return { ...configuration, systems: Object.fromEntries(systems) };
};

export default impatient;
