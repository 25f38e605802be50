import type { Connection, Rotation, RotationCall } from './connector.ts';
import { CountersignError } from './errors.ts';

/** The steps of replacing a secret, in the order in which Secrets Manager asks for them; each may come again. */
export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of them. */
export type RotationStep = (typeof rotationSteps)[number];

/** Which value of a secret: the one with a stage. */
export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** The values of one secret. */
export interface SecretVersions<Secret> {
  /** The stages of each version that has any, by its id. */
  stages(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** The value with that stage, of that version if one is named; nothing where none was put. Throws `AUTH_FAILED` for one that the connector cannot use. */
  read(stage: Stage, version?: string): Promise<Secret | undefined>;
  /** Gives the pending version its value; false when it has another one already. */
  putPending(version: string, secret: Secret): Promise<boolean>;
  /** Makes `version` the current one and `instead` the previous one. */
  makeCurrent(version: string, instead: string): Promise<void>;
}

/** What a step works with. */
export interface RotationWorld<Secret> {
  readonly versions: SecretVersions<Secret>;
  readonly rotation: Rotation<unknown, Secret>;
  /** A connection that holds this credential and no other. */
  connect(secret: Secret): Connection<unknown, Secret>;
  readonly call: RotationCall;
}

/**
 * Carries out one step for the pending version of a secret. A step that is repeated does nothing twice, and a version
 * becomes current only after a sign-in in the same step. Throws `AUTH_FAILED`, `SYSTEM_UNAVAILABLE`, and `INTERNAL` for
 * a version that is not pending.
 */
export async function rotate<Secret>(step: RotationStep, version: string, world: RotationWorld<Secret>): Promise<void> {
  const own = (await world.versions.stages())[version] ?? [];
  if (own.includes('AWSCURRENT')) return;
  if (!own.includes('AWSPENDING')) throw refused('INTERNAL', 'This version of the secret is not the pending one.');
  return { createSecret: create, setSecret: set, testSecret: testPending, finishSecret: finish }[step](version, world);
}

/** The system has known the credential since it was made: there is nothing to set. */
async function set<Secret>(version: string, { versions }: RotationWorld<Secret>): Promise<void> {
  if ((await versions.read('AWSPENDING', version)) === undefined) throw withoutValue();
}

/** Secrets Manager tries a new schedule out by this step alone, with a version that has no value: then it is the current credential that has to sign in. */
async function testPending<Secret>(version: string, { versions, rotation, connect, call }: RotationWorld<Secret>) {
  const pending = (await versions.read('AWSPENDING', version)) ?? (await versions.read('AWSCURRENT'));
  if (pending === undefined) throw withoutCurrent();
  await rotation.test(connect(pending), call);
}

async function finish<Secret>(version: string, world: RotationWorld<Secret>): Promise<void> {
  const { versions, rotation, connect, call } = world;
  const pending = await versions.read('AWSPENDING', version);
  if (pending === undefined) throw withoutValue();
  await rotation.test(connect(pending), call);
  await retirePrevious(pending, world);
  await versions.makeCurrent(version, await currentVersion(versions));
}

async function create<Secret>(version: string, { versions, rotation, connect, call }: RotationWorld<Secret>) {
  if ((await versions.read('AWSPENDING', version)) !== undefined) return;
  const current = await versions.read('AWSCURRENT');
  if (current === undefined) throw withoutCurrent();
  const made = await rotation.create(connect(current), call);
  // A put whose answer is lost may have arrived, so what was made stays. Only where another one is surely kept, this one can go.
  if (!(await versions.putPending(version, made))) await rotation.retire(connect(made), call);
}

/**
 * The previous credential has been good for a whole rotation, for those who still held it; nobody does any more. One
 * that the system takes for the current or the pending one is not ended: somebody put the same one twice.
 */
async function retirePrevious<Secret>(
  pending: Secret,
  { versions, rotation, connect, call }: RotationWorld<Secret>,
): Promise<void> {
  const previous = await versions.read('AWSPREVIOUS');
  if (previous === undefined) return;
  const current = await versions.read('AWSCURRENT');
  const kept = [pending, ...(current === undefined ? [] : [current])].map(rotation.idOf);
  if (!kept.includes(rotation.idOf(previous))) await rotation.retire(connect(previous), call);
}

async function currentVersion({ stages }: Pick<SecretVersions<unknown>, 'stages'>): Promise<string> {
  const found = Object.entries(await stages()).find(([, own]) => own.includes('AWSCURRENT'));
  if (!found) throw withoutCurrent();
  return found[0];
}

const refused = (code: 'AUTH_FAILED' | 'INTERNAL', detail: string): CountersignError =>
  new CountersignError(code, detail, { applied: 'no' });
const withoutCurrent = () => refused('AUTH_FAILED', 'The secret has no value yet that another could replace.');
const withoutValue = () => refused('INTERNAL', 'The pending version of the secret has no value yet.');
