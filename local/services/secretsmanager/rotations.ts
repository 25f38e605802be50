import { randomUUID } from 'node:crypto';
import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';
import { messageOf } from '../../local-error.ts';
import { type Functions, functionNameOf } from '../lambda/functions.ts';
import { pendingVersion, type RotationPlan, type RotationPlans } from './rotation-store.ts';
import { moveStage, type SecretStore, stagesByVersion } from './store.ts';

const dayMs = 86_400_000;
const retryMs = 3_600_000;

/** The order in which Secrets Manager calls a rotation function. */
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** What rotations need from the rest of the local AWS. */
export interface RotationOptions {
  readonly clock: LocalClock;
  readonly functions: Pick<Functions, 'invoke' | 'permissions'>;
  readonly log: (text: string) => void;
}

/** Rotations of secrets: at their time, and when somebody asks. */
export interface Rotations {
  /** Begins one with this version, or goes on with one that is not complete. Settles, without an error, when it is over. */
  rotate(plan: RotationPlan, version: string): Promise<void>;
  /** Keeps the times from `start`, once everything is deployed, to `stop`. */
  start(): void;
  /** Settles when nothing runs any more. */
  stop(): Promise<unknown>;
}

/** When a plan that was made or finished now comes next. */
export const nextRotation = (now: number, days: number): number => now + days * dayMs;

/** Rotates secrets on the local clock. What is not complete, because no version became current, is tried again after an hour, from its first step, with the same version. */
export const rotationsOf = (store: SecretStore, plans: RotationPlans, options: RotationOptions): Rotations => {
  const { clock, log } = options;
  const timers = new Map<string, () => void>();
  const running = new Map<string, Promise<void>>();
  let started = false;
  const schedule = (arn: string): void => {
    timers.get(arn)?.();
    const plan = plans.find(arn);
    if (started && plan)
      timers.set(
        arn,
        atTime(clock, plan.due, () => void rotate(plan, randomUUID())),
      );
  };
  const attempt = async (plan: RotationPlan, version: string): Promise<void> => {
    const { arn, days } = plan;
    const failure = await callSteps(plan, version, options).then(() => 'no version became current', messageOf);
    const now = clock.now();
    if (stagesByVersion(store, arn)[version]?.includes('AWSCURRENT')) {
      plans.finish(arn, { last: now, due: nextRotation(now, days) });
    } else {
      log(`the rotation of ${arn} failed and is tried again in an hour: ${failure}`);
      plans.setDue(arn, now + retryMs);
    }
    schedule(arn);
  };
  const rotate = (plan: RotationPlan, asked: string): Promise<void> => {
    const { arn } = plan;
    const known = running.get(arn);
    if (known) return known;
    const version = pendingVersion(store, arn) ?? asked;
    moveStage(store, arn, 'AWSPENDING', version);
    const work = attempt(plan, version).finally(() => running.delete(arn));
    running.set(arn, work);
    return work;
  };
  return {
    rotate,
    start() {
      started = true;
      for (const { arn } of plans.all()) schedule(arn);
    },
    stop() {
      started = false;
      for (const stop of timers.values()) stop();
      return Promise.all(running.values());
    },
  };
};

const callSteps = async (
  { arn, function: functionArn }: RotationPlan,
  version: string,
  { functions }: RotationOptions,
): Promise<void> => {
  const name = functionNameOf(functionArn);
  if (!functions.permissions.allows(name, { principal: 'secretsmanager.amazonaws.com', sourceArn: arn })) {
    throw new Error(`it may not call ${name}: there is no AWS::Lambda::Permission for it`);
  }
  for (const Step of steps) {
    const event = JSON.stringify({ Step, SecretId: arn, ClientRequestToken: version });
    const { failed, payload } = await functions.invoke(name, event);
    if (failed) throw new Error(`${Step}: ${payload}`);
  }
};
