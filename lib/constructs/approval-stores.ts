import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ConfigurationSet, EmailIdentity, EmailSendingEvent, EventDestination, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { ApprovalSettings } from '../core/approval/settings.ts';
import type { DataKey } from './data-key.ts';
import { type Deployment, nameIn, removalPolicyOf } from './deployment.ts';
import { EmptySecret } from './empty-secret.ts';
import { pinLogicalId } from './logical-id.ts';
import { ApprovalsTable } from './record-table.ts';

/** What approvals are made for. */
export interface ApprovalStoresProps {
  readonly deployment: Deployment;
  readonly key: DataKey;
  readonly settings: ApprovalSettings;
}

/** What asking people needs to keep: the questions with their decisions, what people sign in with, and the proven sender of mails with what becomes of them. */
export class ApprovalStores extends Construct {
  readonly table: ApprovalsTable;
  /** Second factors by approver and the key of sessions, or the client's secret at the identity provider. */
  readonly secret: EmptySecret;
  readonly sender: EmailIdentity;
  /** Name of the configuration set that has SES tell EventBridge of mails that do not arrive. */
  readonly mailEvents: string;
  readonly settings: ApprovalSettings;

  constructor(scope: Construct, id: string, { deployment, key, settings }: ApprovalStoresProps) {
    super(scope, id);
    this.settings = settings;
    this.table = new ApprovalsTable(this, 'Table', { deployment, key });
    this.secret = new EmptySecret(this, 'Secret', {
      ...{ deployment, key },
      name: 'approvers',
      description: 'What approvers sign in with',
    });
    pinLogicalId(this.secret, 'ApproversSecret');
    // Whoever owns the address proves it once, by the link in a mail of SES.
    this.sender = new EmailIdentity(this, 'Sender', { identity: Identity.email(settings.mailFrom) });
    this.sender.applyRemovalPolicy(removalPolicyOf(deployment));
    pinLogicalId(this.sender, 'MailSender');
    this.mailEvents = nameIn(deployment, 'approvals');
    this.#tellOfLostMails();
  }

  #tellOfLostMails(): void {
    const set = new ConfigurationSet(this, 'MailEvents', { configurationSetName: this.mailEvents });
    // The only bus to which SES tells anything.
    const bus = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    set.addEventDestination('Lost', {
      destination: EventDestination.eventBus(EventBus.fromEventBusArn(this, 'DefaultBus', bus)),
      events: [
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
        EmailSendingEvent.RENDERING_FAILURE,
      ],
    });
  }
}
