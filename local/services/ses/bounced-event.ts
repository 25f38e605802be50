import type { Mail } from './outbox.ts';

/** What SES tells EventBridge of a mail that came back for good. */
export type Bounced = ReturnType<typeof bouncedEvent>;

/** The event of a mail that came back; each tag is a list, and the configuration set is one of them. */
export const bouncedEvent = ({ id, at, bouncedAt = at, from, to, configurationSet, tags }: Mail, setArn: string) => ({
  source: 'aws.ses' as const,
  detailType: 'Email Bounced',
  resources: [setArn],
  detail: {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: to.map((emailAddress) => ({ emailAddress, action: 'failed', status: '5.1.1' })),
      timestamp: new Date(bouncedAt).toISOString(),
    },
    mail: {
      timestamp: new Date(at).toISOString(),
      source: from,
      messageId: id,
      destination: to,
      tags: Object.fromEntries(
        Object.entries({ ...tags, 'ses:configuration-set': configurationSet ?? '' }).map(([name, one]) => [
          name,
          [one],
        ]),
      ),
    },
  },
});
