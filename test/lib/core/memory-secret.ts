import type { SecretVersions } from '../../../lib/core/rotation.ts';

/** A secret in memory, with stages that move as those of Secrets Manager do. */
export const memorySecret = <Secret>(first: Secret) => {
  const values = new Map<string, Secret>([['v1', first]]);
  const stages = new Map<string, string>([['AWSCURRENT', 'v1']]);
  const value = (stage: string): Secret | undefined => values.get(stages.get(stage) ?? '');
  const makeCurrent = (version: string) => {
    stages.set('AWSPREVIOUS', stages.get('AWSCURRENT') ?? '');
    stages.set('AWSCURRENT', version);
  };
  const versions: SecretVersions<Secret> = {
    stages: async () =>
      Object.fromEntries(
        [...Map.groupBy(stages, ([, version]) => version)].map(([version, of]) => [
          version,
          of.map(([stage]) => stage),
        ]),
      ),
    read: async (stage, version) => (version === undefined ? value(stage) : values.get(version)),
    async putPending(version, secret) {
      if (values.has(version)) return values.get(version) === secret;
      values.set(version, secret);
      return true;
    },
    async makeCurrent(version, instead) {
      if (stages.get('AWSCURRENT') !== instead) throw new Error(`${instead} is not current`);
      makeCurrent(version);
    },
  };
  return {
    value,
    /** Begins a rotation: the version is pending, and has no value yet. */
    begin: (version: string) => void stages.set('AWSPENDING', version),
    put(version: string, secret: Secret) {
      values.set(version, secret);
      makeCurrent(version);
    },
    clear: () => stages.clear(),
    /** The port, each call of which goes through `disturb`. */
    disturbed: (disturb: <T>(work: () => Promise<T>) => Promise<T>): SecretVersions<Secret> => ({
      stages: () => disturb(() => versions.stages()),
      read: (...asked) => disturb(() => versions.read(...asked)),
      putPending: (...asked) => disturb(() => versions.putPending(...asked)),
      makeCurrent: (...asked) => disturb(() => versions.makeCurrent(...asked)),
    }),
  };
};
