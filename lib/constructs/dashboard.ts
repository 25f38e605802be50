import { Duration } from 'aws-cdk-lib';
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Row,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type Deployment, nameIn } from './deployment.ts';
import { ourMetric } from './our-metric.ts';
import type { Relay } from './relay.ts';
import type { Stores } from './stores.ts';

/** What the dashboard shows. */
export interface DashboardProps {
  readonly deployment: Deployment;
  readonly stores: Stores;
  readonly relay: Relay;
}

const period = Duration.minutes(5);

/** One page about a deployment: how it is called, then for each system what waits, what is open and whether it is down, then what is sent onward. */
export class Dashboard extends CloudWatchDashboard {
  constructor(scope: Construct, id: string, { deployment, stores, relay }: DashboardProps) {
    super(scope, id, { dashboardName: nameIn(deployment), defaultInterval: Duration.hours(12) });
    this.addWidgets(calls(deployment));
    for (const system of Object.keys(deployment.configuration.systems))
      this.addWidgets(aboutSystem(system, deployment, stores));
    this.addWidgets(onward(deployment, stores, relay));
  }
}

function calls(deployment: Deployment): Row {
  const ofAll = (statistic: string) =>
    new MathExpression({
      // Tools and statuses are found as they come up.
      expression: `SEARCH('{Countersign,service,status,tool} MetricName="Latency" service="${nameIn(deployment)}"', '${statistic}', ${period.toSeconds()})`,
      label: '',
      period,
    });
  return rowOf({
    'Calls by tool and status': [ofAll('SampleCount')],
    'Latency by tool and status, p95 in ms': [ofAll('p95')],
  });
}

function aboutSystem(system: string, deployment: Deployment, { backlog }: Stores): Row {
  const told = (name: string, label: string, more: Record<string, string> = {}) =>
    ourMetric(deployment, name, { system, ...more }).with({ label });
  const queues = backlog.systems[system];
  return rowOf({
    ...(queues && {
      [`${system}: backlog`]: [
        queues.queue.metricApproximateNumberOfMessagesVisible({ period, label: 'turns' }),
        queues.queue.metricApproximateNumberOfMessagesNotVisible({ period, label: 'turns at work' }),
        queues.unreadable.metricApproximateNumberOfMessagesVisible({ period, label: 'unreadable' }),
        told('Queued', 'operations'),
      ],
      [`${system}: age of the backlog, s`]: [
        queues.queue.metricApproximateAgeOfOldestMessage({ period, label: 'oldest turn' }),
        told('QueuedFor', 'oldest operation'),
      ],
    }),
    [`${system}: open operations, and whether it is down`]: [
      told('Unsettled', 'open'),
      told('Parked', 'in review', { state: 'review' }),
      told('Parked', 'dead', { state: 'dead' }),
      told('BreakerOpen', 'down'),
    ],
    [`${system}: age of open operations, s`]: [
      told('UnsettledFor', 'open'),
      told('ParkedFor', 'in review', { state: 'review' }),
      told('ParkedFor', 'dead', { state: 'dead' }),
    ],
  });
}

function onward(deployment: Deployment, { callbacks }: Stores, relay: Relay): Row {
  const agents = Object.entries(callbacks.agents);
  return rowOf({
    'Relay: lag in ms': [relay.metric('IteratorAge', { statistic: Stats.MAXIMUM, period })],
    ...(agents.length > 0 && {
      'What agents are still to be told': agents.map(([agent, { queue }]) =>
        queue.metricApproximateNumberOfMessagesVisible({ period, label: agent }),
      ),
      'What agents could not be told': agents.map(([agent]) =>
        ourMetric(deployment, 'CallbackGivenUp', { agent }, { statistic: Stats.SUM }).with({ label: agent }),
      ),
    }),
  });
}

/** Graphs beside each other over the whole width, by title. */
function rowOf(graphs: Readonly<Record<string, readonly IMetric[]>>): Row {
  const width = Math.floor(24 / Object.keys(graphs).length);
  return new Row(
    ...Object.entries(graphs).map(([title, metrics]) => new GraphWidget({ title, width, left: [...metrics] })),
  );
}
