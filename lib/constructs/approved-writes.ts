import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { approvedWrite } from '../../statemachines/approved-write.ts';
import { systemsAsking } from '../core/approval/systems-asking.ts';
import { usesAllocations } from '../core/policy/allocations.ts';
import { acknowledge } from './acknowledge.ts';
import { alarmAbove } from './alarm-above.ts';
import type { ApprovalStores } from './approval-stores.ts';
import { CheckedMachine } from './checked-machine.ts';
import { nameIn } from './deployment.ts';
import type { EntryFunction, FunctionsProps } from './entry-function.ts';
import { ourMetric } from './our-metric.ts';
import { SystemFunction } from './system-function.ts';

/** What approved writes are made for. */
export interface ApprovedWritesProps extends FunctionsProps {
  readonly approvals: ApprovalStores;
  /** Where links in mails lead, without a slash at the end. */
  readonly pagesUrl: string;
}

/** For each system with writes that wait for approval, the machine that waits and the function that it calls: to ask people, and to carry out what they approved. */
export class ApprovedWrites extends Construct {
  /** By system. */
  readonly machines: Readonly<Record<string, CheckedMachine>>;
  readonly functions: readonly EntryFunction[];

  constructor(scope: Construct, id: string, props: ApprovedWritesProps) {
    super(scope, id);
    const made = systemsAsking(props.deployment.configuration).map((system) => {
      const approved = this.#functionFor(system, props);
      this.#tellOfLostMails(system, approved, props);
      const machine = new CheckedMachine(this, `${system}-machine`, {
        deployment: props.deployment,
        name: machineNameOf(system),
        definition: approvedWrite,
        functions: { ApprovedFunction: approved },
      });
      return { system, approved, machine };
    });
    this.machines = Object.fromEntries(made.map(({ system, machine }) => [system, machine]));
    this.functions = made.map(({ approved }) => approved);
  }

  /** Lets a function end the wait of a machine; what goes on then reads the decision from the table. */
  allowWaking(caller: EntryFunction): void {
    caller.allow(['states:SendTaskSuccess'], ...Object.values(this.machines).map((each) => each.stateMachineArn));
  }

  #functionFor(system: string, { approvals, pagesUrl, ...props }: ApprovedWritesProps): EntryFunction {
    const approved = new SystemFunction(this, `${system}-approved`, {
      ...props,
      system,
      access: 'write',
      entry: 'approved',
      name: `${system}-approved`,
      description: `Asks people about writes in ${system} and carries out what they approved`,
      // Before it sends, it reads all facts again; only a machine waits for it.
      timeout: Duration.seconds(60),
      environment: {
        APPROVALS_TABLE: approvals.table.tableName,
        PEOPLE_URL: pagesUrl,
        MAIL_FROM: approvals.settings.mailFrom,
        MAIL_EVENTS: approvals.mailEvents,
      },
    });
    const { operations, results, journal } = props.stores;
    approved.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], operations.tableArn);
    approved.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], approvals.table.tableArn);
    approved.allow(['dynamodb:PutItem'], journal.tableArn);
    approved.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    // What was approved still has what it uses up of budgets, or is not sent.
    if (usesAllocations(props.deployment.configuration, system)) approved.allowLedger('write');
    const mailEvents = { service: 'ses', resource: 'configuration-set', resourceName: approvals.mailEvents };
    approved.allow(['ses:SendEmail'], approvals.sender.emailIdentityArn, Stack.of(this).formatArn(mailEvents));
    // Asked about what is decided already, it ends the wait at once. By name: the machine itself needs this function first.
    const machine = Stack.of(this).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: nameIn(props.deployment, machineNameOf(system)),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    approved.allow(['states:SendTaskSuccess'], machine);
    return approved;
  }

  /** What SES says of mails about this system's writes that did not arrive, or were not welcome. */
  #tellOfLostMails(system: string, approved: EntryFunction, { approvals, deployment }: ApprovedWritesProps): void {
    const rule = new Rule(this, `${system}-lost-mails`, {
      description: `Mails about writes in ${system} that did not arrive`,
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received', 'Email Rejected', 'Email Rendering Failed'],
        detail: { mail: { tags: { 'ses:configuration-set': [approvals.mailEvents], system: [system] } } },
      },
    });
    rule.addTarget(new LambdaTarget(approved, { maxEventAge: Duration.hours(1) }));
    acknowledge(rule, { 'Serverless-EventBusDLQ': 'The question stays open, and others are asked when it is due.' });
    const metric = ourMetric(deployment, 'UnansweredQuestion', { system }, { statistic: Stats.SUM });
    alarmAbove(this, `A mail about a write in ${system} reaches nobody, and nobody is left to be asked`, metric);
  }
}

const machineNameOf = (system: string): string => `${system}-approved-write`;
