import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { tags } from '../../iam/properties.ts';
import { defineService, type ServiceContext } from '../../service.ts';
import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import { type Functions, functionNameOf } from '../lambda/functions.ts';
import { eventPattern, matches } from './event-pattern.ts';

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rate = z.string().transform((expression, context) => {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(value) * unitMs[(unit ?? 'minute') as keyof typeof unitMs];
  if (period > 0) return period;
  context.addIssue(`the schedule ${expression} is not a rate(...)`);
  return z.NEVER;
});

const targetShape = z.strictObject({
  Id: z.string(),
  Arn: z.string().regex(/^arn:aws:lambda:[^:]+:\d+:function:[\w-]+$/),
  Input: z.string().optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: z.number().optional(), MaximumRetryAttempts: z.number().optional() })
    .optional(),
});

const ruleProperties = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    ScheduleExpression: rate.optional(),
    EventPattern: eventPattern.optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(targetShape).default([]),
    Tags: tags,
  })
  .refine((rule) => (rule.ScheduleExpression === undefined) !== (rule.EventPattern === undefined), {
    error: 'a rule has either a ScheduleExpression or an EventPattern here',
  });

type Rule = z.output<typeof ruleProperties> & { readonly arn: string };

/** What a service of AWS tells the default bus. */
export interface ServiceEvent {
  readonly source: `aws.${string}`;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What schedules need from the rest of the local AWS. */
export interface EventsOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly functions: Functions;
  readonly asynchronous: AsynchronousInvocations;
  readonly log: (text: string) => void;
}

/** EventBridge as far as rules of the default bus: one of a rate calls its functions when the local clock reaches the time, one of a pattern when a service of AWS tells of such an event. */
export const eventsService = (options: EventsOptions) => {
  const rules = new Map<string, Rule>();
  const service = defineService({
    name: 'events',
    protocol: { kind: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    actions: {},
    resources: { 'AWS::Events::Rule': ruleResource(options.context, rules) },
    differences: [
      'Schedules follow the local clock; periods that pass at once, or while nothing runs, are one call.',
      'Patterns compare for equality alone; events come from services of AWS, and reach each target once.',
    ],
  });
  const publish = (told: ServiceEvent): void => {
    const event = eventOf(told, options.context);
    for (const rule of rules.values())
      if (rule.State === 'ENABLED' && rule.EventPattern && matches(rule.EventPattern, event))
        for (const target of rule.Targets) callTarget(rule, { ...target, event }, options);
  };
  return { service, publish, ...schedules(rules, options) };
};

const ruleResource = ({ region, account }: ServiceContext, rules: Map<string, Rule>) =>
  resourceType(ruleProperties, (properties, resource) => {
    const name = properties.Name ?? physicalName(resource);
    const arn = `arn:aws:events:${region}:${account}:rule/${name}`;
    rules.set(arn, { ...properties, arn });
    return { ref: name, attributes: { Arn: arn } };
  });

/** Keeps the schedules from `start`, once everything is deployed, to `stop`; the next times are durable. */
const schedules = (rules: ReadonlyMap<string, Rule>, options: EventsOptions) => {
  const { clock } = options.context;
  const dueTimes = openDueTimes(options.context);
  const stops = new Set<() => void>();
  const schedule = (rule: Rule, period: number) => {
    const due = dueTimes.load(rule.arn) ?? clock.now() + period;
    dueTimes.save(rule.arn, due);
    const stop = atTime(clock, due, () => {
      stops.delete(stop);
      dueTimes.save(rule.arn, clock.now() + period);
      const event = eventOf(scheduled(rule.arn), options.context);
      for (const target of rule.Targets) callTarget(rule, { ...target, event }, options);
      schedule(rule, period);
    });
    stops.add(stop);
  };
  return {
    start() {
      for (const rule of rules.values())
        if (rule.State === 'ENABLED' && rule.ScheduleExpression !== undefined) schedule(rule, rule.ScheduleExpression);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
};

const callTarget = (
  { arn }: Rule,
  { Arn, Input, event }: Rule['Targets'][number] & { readonly event: object },
  { functions, asynchronous, log }: EventsOptions,
): void => {
  const name = functionNameOf(Arn);
  if (functions.permissions.allows(name, { principal: 'events.amazonaws.com', sourceArn: arn })) {
    asynchronous.send(name, Input ?? JSON.stringify(event));
  } else log(`${arn} may not call ${name}: there is no AWS::Lambda::Permission for it`);
};

const scheduled = (ruleArn: string): ServiceEvent => ({
  ...{ source: 'aws.events', detailType: 'Scheduled Event', resources: [ruleArn], detail: {} },
});

const eventOf = ({ source, detailType, resources, detail }: ServiceEvent, context: ServiceContext): object => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account: context.account,
  time: `${new Date(context.clock.now()).toISOString().slice(0, 19)}Z`,
  region: context.region,
  resources,
  detail,
});

const openDueTimes = ({ database }: ServiceContext) => {
  database.exec('CREATE TABLE IF NOT EXISTS events_due (rule TEXT PRIMARY KEY, due INTEGER NOT NULL) STRICT');
  const select = database.prepare('SELECT due FROM events_due WHERE rule = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO events_due (rule, due) VALUES (?, ?)');
  return {
    load(rule: string): number | undefined {
      const due = select.get(rule)?.['due'];
      return typeof due === 'number' ? due : undefined;
    },
    save: (rule: string, due: number) => void upsert.run(rule, due),
  };
};
