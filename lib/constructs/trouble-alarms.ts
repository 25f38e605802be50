import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { deployedSagas, sagaSystem } from '../core/saga/deployed.ts';
import { alarmAbove } from './alarm-above.ts';
import type { CheckedMachine } from './checked-machine.ts';
import type { Deployment } from './deployment.ts';
import type { EntryFunction } from './entry-function.ts';
import { ourMetric } from './our-metric.ts';
import type { Relay } from './relay.ts';
import type { Stores } from './stores.ts';

/** What alarms watch. */
export interface TroubleAlarmsProps {
  readonly deployment: Deployment;
  readonly stores: Stores;
  readonly functions: readonly EntryFunction[];
  /** What machines call again by themselves where it could not answer. */
  readonly retried: readonly EntryFunction[];
  readonly relay: Relay;
  readonly machines: readonly CheckedMachine[];
}

const period = Duration.minutes(5);
const hour = Duration.hours(1);
/** A few records that somebody works on make so many within a period. */
const usualFailures = 50;

/** Alarms about what must not happen, or must not go on: in functions, machines and the relay, in systems and what waits for them, in what agents are told. */
export class TroubleAlarms extends Construct {
  constructor(scope: Construct, id: string, props: TroubleAlarmsProps) {
    super(scope, id);
    const { deployment, stores, functions, retried, relay, machines } = props;
    for (const each of [...functions, relay]) alarmAbove(this, `${each.node.id} fails`, each.metricErrors({ period }));
    for (const each of retried)
      alarmAbove(this, `${each.node.id} fails`, each.metricErrors({ period }), { threshold: usualFailures });
    for (const machine of machines) this.#watchMachine(machine);
    const lag = relay.metric('IteratorAge', { statistic: Stats.MAXIMUM, period });
    alarmAbove(this, 'Relay is late', lag, { threshold: Duration.minutes(10).toMilliseconds() });
    for (const system of Object.keys(deployment.configuration.systems)) this.#watchSystem(system, deployment);
    if (deployedSagas(deployment.configuration).length > 0) {
      const dimensions = { system: sagaSystem, state: 'review' };
      const parked = ourMetric(deployment, 'NewlyParked', dimensions, { statistic: Stats.SUM });
      alarmAbove(this, 'A saga came into review', parked);
    }
    this.#watchQueues(stores);
    for (const agent of Object.keys(stores.callbacks.agents)) this.#watchCallbacks(agent, deployment);
  }

  /** An execution never fails by what happens outside of it: one that ends badly has lost what it carried. */
  #watchMachine(machine: CheckedMachine): void {
    alarmAbove(this, `${machine.node.id} fails`, machine.metricFailed({ period }));
    alarmAbove(this, `${machine.node.id} is aborted`, machine.metricAborted({ period }));
    alarmAbove(this, `${machine.node.id} times out`, machine.metricTimedOut({ period }));
  }

  #watchSystem(system: string, deployment: Deployment): void {
    const parked = (state: string) => ourMetric(deployment, 'NewlyParked', { system, state }, { statistic: Stats.SUM });
    alarmAbove(this, `An operation in ${system} is dead`, parked('dead'));
    alarmAbove(this, `An operation in ${system} came into review`, parked('review'));
    const unsettled = ourMetric(deployment, 'UnsettledFor', { system });
    const what = `What became of an operation in ${system} is not known for more than an hour`;
    alarmAbove(this, what, unsettled, { threshold: hour.toSeconds() });
    // All through a quarter of an hour: each of its lowest values says so.
    const down = ourMetric(deployment, 'BreakerOpen', { system }, { statistic: Stats.MINIMUM });
    alarmAbove(this, `${system} is down for more than 15 minutes`, down, { periods: 3 });
  }

  #watchQueues({ backlog }: Stores): void {
    for (const [system, { queue, unreadable }] of Object.entries(backlog.systems)) {
      const age = queue.metricApproximateAgeOfOldestMessage({ period });
      alarmAbove(this, `The backlog of ${system} is older than an hour`, age, { threshold: hour.toSeconds() });
      const aside = unreadable.metricApproximateNumberOfMessagesVisible({ period });
      alarmAbove(this, `Something in the backlog of ${system} cannot be read`, aside);
    }
  }

  #watchCallbacks(agent: string, deployment: Deployment): void {
    const counted = (metric: string) => ourMetric(deployment, metric, { agent }, { statistic: Stats.SUM });
    alarmAbove(this, `${agent} could not be told of an operation`, counted('CallbackGivenUp'));
    alarmAbove(this, `There is no secret to sign what ${agent} is told`, counted('CallbackUnsigned'));
  }
}
