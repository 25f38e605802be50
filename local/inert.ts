import { physicalName } from './cloudformation/physical-name.ts';
import { type Deployed, type DeployedResource, defineService, type ResourceType, type Service } from './service.ts';

const inert = (
  properties: readonly string[],
  describe: (name: string) => Deployed,
  nameProperty = 'Name',
): ResourceType => ({
  properties,
  deploy(resource: DeployedResource) {
    const given = resource.properties[nameProperty];
    return describe(typeof given === 'string' ? given : physicalName(resource));
  },
});

/** Resources that a template may have and that do nothing here: they are recorded, and can be referred to. */
export const inertServices = ({
  region,
  account,
}: {
  readonly region: string;
  readonly account: string;
}): Service[] => {
  const service = (name: string, resources: Service['resources']) =>
    defineService({
      name,
      protocol: { kind: 'rest', route: () => undefined },
      actions: {},
      resources,
      differences: ['Recorded, so that others can refer to it; it does nothing here.'],
    });
  return [
    service('cdk', { 'AWS::CDK::Metadata': inert(['Analytics'], (name) => ({ ref: name, attributes: {} })) }),
    service('logs', {
      'AWS::Logs::LogGroup': inert(
        ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags'],
        (name) => ({ ref: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } }),
        'LogGroupName',
      ),
    }),
    service('cloudwatch', {
      'AWS::CloudWatch::Alarm': inert(
        alarmProperties,
        (name) => ({ ref: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` } }),
        'AlarmName',
      ),
      'AWS::CloudWatch::Dashboard': inert(
        ['DashboardName', 'DashboardBody', 'Tags'],
        (name) => ({ ref: name, attributes: {} }),
        'DashboardName',
      ),
    }),
  ];
};

const alarmProperties = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
];
