import type { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { EntryFunction } from './entry-function.ts';

/** Calls a function again and again, each time with the same event. A call that was missed is not made up for: the next one does its work. */
export function everySoOften(
  scope: Construct,
  id: string,
  { target, every, event }: { readonly target: EntryFunction; readonly every: Duration; readonly event: object },
): void {
  const rule = new Rule(scope, id, { schedule: Schedule.rate(every) });
  rule.addTarget(new LambdaTarget(target, { event: RuleTargetInput.fromObject(event), maxEventAge: every }));
  acknowledge(rule, { 'Serverless-EventBusDLQ': 'The next call does what this one missed.' });
}
