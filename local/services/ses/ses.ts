import { defineService, type Permission, type ServiceContext, ServiceError } from '../../service.ts';
import { parseAddress } from './address.ts';
import { type Bounced, bouncedEvent } from './bounced-event.ts';
import { openIdentities } from './identities.ts';
import { mailPages } from './mail-pages.ts';
import { openOutbox } from './outbox.ts';
import { sendEmail } from './send-email.ts';

/** SES as far as the product sends mail; nothing leaves this machine, everything is in the outbox. `publish` tells EventBridge of mails that came back. */
export const sesService = (context: ServiceContext, publish: (event: Bounced) => void = () => {}) => {
  const { region, account } = context;
  const identities = openIdentities();
  const outbox = openOutbox(context);
  const arn = (kind: string, name: string) => `arn:aws:ses:${region}:${account}:${kind}/${name}`;
  /** The identity that is sent from, and the configuration set, which SES asks about by itself. */
  const touched = (input: Record<string, unknown>): readonly Permission[] => {
    const from = String(input['FromEmailAddress']);
    const identity = identities.covering(from);
    const set = input['ConfigurationSetName'] ?? identity?.configurationSet;
    const sentFrom = identity?.name ?? parseAddress(from)?.address ?? from;
    return [
      { action: 'ses:SendEmail', resource: arn('identity', sentFrom) },
      ...(set === undefined ? [] : [{ action: 'ses:SendEmail', resource: arn('configuration-set', String(set)) }]),
    ];
  };
  const service = defineService({
    name: 'ses',
    protocol: { kind: 'rest', route },
    actions: {
      SendEmail: {
        permissions: touched,
        run: ({ input, principal }) => sendEmail(input, { identities, outbox, region, sender: principal }),
      },
    },
    resources: identities.resources,
    differences: [
      'Nothing is delivered: mails are kept, and shown to people at `/_local/mail`.',
      'Version 2 of the API, simple content alone; every deployed identity is verified, and there is no sandbox.',
      'A mail bounces when it is told to, and configuration sets tell EventBridge of that; nothing else becomes of mails.',
    ],
  });
  const bounce = (id: string): void => {
    const mail = outbox.bounce(id);
    const set = mail?.configurationSet;
    if (mail && set !== undefined && identities.tells(set, 'bounce'))
      publish(bouncedEvent(mail, arn('configuration-set', set)));
  };
  return { service, outbox, pages: mailPages(outbox, { region, bounce }) };
};

/** The body belongs to the input: IAM decides by the sender in it. */
const route = (method: string, path: string, _query: URLSearchParams, body: Buffer = Buffer.alloc(0)) => {
  if (method !== 'POST' || path !== '/v2/email/outbound-emails') return undefined;
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    return { action: 'SendEmail', input: { ...Object(input) } };
  } catch {
    throw new ServiceError('BadRequestException', 'The body is not JSON.');
  }
};
