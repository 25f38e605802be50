import { describe, expect, test } from 'vitest';
import { sample, synthesizeSample } from './sample.ts';
import { ofType, resourcesIn } from './template.ts';

const { buyer, ...others } = sample('production').agents;
const told = { role: 'role/agents/buyer', grants: buyer?.grants ?? {}, callback: { url: 'https://agents.example/' } };
const service = resourcesIn(
  synthesizeSample('production', { change: { agents: { ...others, buyer: told } } }),
  'service',
);
const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
const alarm = (what: string) => alarms.find(({ AlarmDescription }) => AlarmDescription === what);
const of = (...dimensions: readonly (readonly [string, string])[]) =>
  dimensions.map(([Name, Value]) => ({ Name, Value }));
const ours = ['service', 'countersign-production'] as const;

describe('an alarm', () => {
  test('says what is wrong, wakes nobody by itself, and is silent where nothing is told', () => {
    for (const each of alarms) {
      expect(each).toMatchObject({
        AlarmDescription: expect.stringMatching(/\w/),
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
      expect(each.AlarmActions).toBeUndefined();
    }
  });

  test.each([
    ['An operation in erp is dead', 'erp', 'dead'],
    ['An operation in mes came into review', 'mes', 'review'],
  ])('is raised when it happens: %s', (what, system, state) => {
    expect(alarm(what)).toMatchObject({
      ...{ MetricName: 'NewlyParked', Statistic: 'Sum', Threshold: 0, Period: 300 },
      Dimensions: of(ours, ['state', state], ['system', system]),
    });
  });

  test('is raised when a system is down all through a quarter of an hour', () => {
    expect(alarm('erp is down for more than 15 minutes')).toMatchObject({
      ...{ MetricName: 'BreakerOpen', Statistic: 'Minimum', Period: 300, EvaluationPeriods: 3, Threshold: 0 },
      Dimensions: of(ours, ['system', 'erp']),
    });
  });

  test('is raised when nobody knows for an hour, when the backlog is older than that, when something cannot be read', () => {
    expect(alarm('What became of an operation in erp is not known for more than an hour')).toMatchObject({
      ...{ MetricName: 'UnsettledFor', Threshold: 3600 },
    });
    expect(alarm('The backlog of erp is older than an hour')).toMatchObject({
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 3600, Statistic: 'Maximum' },
    });
    expect(alarm('Something in the backlog of erp cannot be read')).toMatchObject({
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 },
    });
    expect(alarm('The backlog of mes is older than an hour')).toBeUndefined();
  });

  test('is raised when an agent is not told', () => {
    expect(alarm('buyer could not be told of an operation')).toMatchObject({
      ...{ MetricName: 'CallbackGivenUp', Dimensions: of(['agent', 'buyer'], ours) },
    });
    expect(alarm('There is no secret to sign what buyer is told')).toMatchObject({ MetricName: 'CallbackUnsigned' });
  });
});

test('one dashboard shows each system and what is sent onward', () => {
  const dashboards = ofType(service, 'AWS::CloudWatch::Dashboard').map(({ properties }) => properties);
  expect(dashboards.map(({ DashboardName }) => DashboardName)).toEqual(['countersign-production']);
  const { widgets } = JSON.parse(dashboards[0]?.DashboardBody);
  expect(widgets.map(({ properties }: { properties: { title: string } }) => properties.title)).toEqual([
    'Calls by tool and status',
    'Latency by tool and status, p95 in ms',
    'erp: backlog',
    'erp: age of the backlog, s',
    'erp: open operations, and whether it is down',
    'erp: age of open operations, s',
    'mes: open operations, and whether it is down',
    'mes: age of open operations, s',
    'Relay: lag in ms',
    'What agents are still to be told',
    'What agents could not be told',
  ]);
});
