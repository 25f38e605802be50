import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sesService } from '../../../../local/services/ses/ses.ts';
import { deploy, localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

let context: ReturnType<typeof localContext>;
let ses: ReturnType<typeof sesService>;
let client: SESv2Client;
let published: object[];
const bus = 'arn:aws:events:eu-central-1:123456789012:event-bus/default';
let close: () => Promise<void>;

beforeEach(async () => {
  context = localContext();
  published = [];
  ses = sesService(context, (event) => void published.push(event));
  await deploy(ses.service, 'AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' });
  const server = await serve(ses.service);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SESv2Client({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  close = server.close;
});
afterEach(async () => {
  client.destroy();
  await close();
});

const text = (Data: string) => ({ Data, Charset: 'UTF-8' });

type Simple = NonNullable<NonNullable<SendEmailCommandInput['Content']>['Simple']>;

const send = (more: Partial<SendEmailCommandInput> = {}, simple: Partial<Simple> = {}) =>
  client.send(
    new SendEmailCommand({
      FromEmailAddress: 'Countersign <approvals@example.com>',
      Destination: { ToAddresses: ['anna@customer.example'] },
      Content: { Simple: { Subject: text('Please approve'), Body: { Text: text('Hello') }, ...simple } },
      ...more,
    }),
  );

const get = (path: string) => ses.pages({ method: 'GET', path });
const bodyOf = (path: string) => String(get(path)?.body);

describe('SendEmail', () => {
  it('keeps the mail and answers its id', async () => {
    const { MessageId } = await send(
      {
        Destination: {
          ToAddresses: ['anna@customer.example'],
          CcAddresses: ['c@d.example'],
          BccAddresses: ['b@d.example'],
        },
        ReplyToAddresses: ['reply@example.com'],
        EmailTags: [{ Name: 'operation', Value: 'op_1' }],
      },
      {
        Subject: text('Freigabe: 12.400 € – Müller'),
        Body: { Text: text('Grüße'), Html: text('<p>Grüße</p>') },
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    );
    expect(MessageId).toMatch(/^[0-9a-f]{16}-[0-9a-f-]{36}-000000$/);
    expect(ses.outbox.all()).toEqual([
      {
        id: MessageId,
        at: context.clock.now(),
        sender: 'arn:aws:iam::123456789012:role/test',
        from: 'Countersign <approvals@example.com>',
        to: ['anna@customer.example'],
        cc: ['c@d.example'],
        bcc: ['b@d.example'],
        replyTo: ['reply@example.com'],
        subject: 'Freigabe: 12.400 € – Müller',
        text: 'Grüße',
        html: '<p>Grüße</p>',
        headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
        tags: { operation: 'op_1' },
      },
    ]);
  });

  it('keeps mails over a restart, newest first', async () => {
    await send({}, { Subject: text('first') });
    await send({}, { Subject: text('second') });
    const again = sesService(localContext(context.database));
    expect(again.outbox.all().map(({ subject }) => subject)).toEqual(['second', 'first']);
  });

  it.each([
    'a@example.com',
    'a@mail.example.com',
    'A <a@EXAMPLE.com>',
  ])('sends from a verified domain: %s', async (from) => {
    await expect(send({ FromEmailAddress: from })).resolves.toMatchObject({ MessageId: expect.any(String) });
  });

  it.each([
    'a@other.example',
    'a@badexample.com',
    'a@com',
  ])('refuses a sender that is not verified: %s', async (from) => {
    await expect(send({ FromEmailAddress: `X <${from}>` })).rejects.toMatchObject({
      name: 'MessageRejected',
      message: `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${from}`,
      $metadata: { httpStatusCode: 400 },
    });
    expect(ses.outbox.all()).toEqual([]);
  });

  it('knows an address that is verified by itself, in that writing alone', async () => {
    await deploy(ses.service, 'AWS::SES::EmailIdentity', { EmailIdentity: 'Me@other.example' });
    await expect(send({ FromEmailAddress: 'Me@other.example' })).resolves.toBeDefined();
    await expect(send({ FromEmailAddress: 'me@other.example' })).rejects.toMatchObject({ name: 'MessageRejected' });
    await expect(send({ FromEmailAddress: 'you@other.example' })).rejects.toMatchObject({ name: 'MessageRejected' });
  });

  it('takes a configuration set that is there', async () => {
    await expect(send({ ConfigurationSetName: 'mails' })).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Configuration set <mails> does not exist.',
    });
    await deploy(ses.service, 'AWS::SES::ConfigurationSet', { Name: 'mails' });
    await send({ ConfigurationSetName: 'mails' });
    expect(ses.outbox.all()[0]).toMatchObject({ configurationSet: 'mails' });
  });

  const simple = { Subject: text('s'), Body: { Text: text('t') } };
  it.each<[string, Partial<SendEmailCommandInput>, string]>([
    ['Raw', { Content: { Raw: { Data: new Uint8Array([1]) } } }, 'Raw'],
    ['Template', { Content: { Template: { TemplateName: 't' } } }, 'Template'],
    [
      'attachments',
      { Content: { Simple: { ...simple, Attachments: [{ FileName: 'a', RawContent: new Uint8Array([1]) }] } } },
      'Attachments',
    ],
    ['no recipient', { Destination: {} }, 'Destination: has no recipient'],
    [
      '51 recipients',
      { Destination: { ToAddresses: Array.from({ length: 51 }, (_, n) => `a${n}@b.example`) } },
      'more than 50',
    ],
    ['no body', { Content: { Simple: { ...simple, Body: {} } } }, 'has neither Text nor Html'],
    ['a recipient that is none', { Destination: { ToAddresses: ['nobody'] } }, 'Destination.ToAddresses.0'],
    [
      'a recipient of two lines',
      { Destination: { ToAddresses: ['a@b.example\r\nBcc: x@y.example'] } },
      'Destination.ToAddresses.0',
    ],
    [
      'a subject of two lines',
      { Content: { Simple: { ...simple, Subject: text('a\r\nBcc: x@y.example') } } },
      'more than one line',
    ],
    [
      'umlauts without a charset',
      { Content: { Simple: { ...simple, Subject: { Data: 'Müller' } } } },
      'needs the Charset UTF-8',
    ],
    [
      'another charset',
      { Content: { Simple: { ...simple, Subject: { Data: 'x', Charset: 'ISO-8859-1' } } } },
      'UTF-8 only',
    ],
    [
      'a header of two lines',
      { Content: { Simple: { ...simple, Headers: [{ Name: 'X', Value: 'a\nb' }] } } },
      'Headers.0.Value',
    ],
    [
      'a header that SES writes',
      { Content: { Simple: { ...simple, Headers: [{ Name: 'bcc', Value: 'x@y.example' }] } } },
      'is written by SES itself',
    ],
    ['list management', { ListManagementOptions: { ContactListName: 'x' } }, 'ListManagementOptions'],
  ])('refuses %s by name', async (_, more, message) => {
    const refused = await send(more).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: 'BadRequestException', message: expect.stringContaining(message) });
    expect(ses.outbox.all()).toEqual([]);
  });

  it('asks permission on the identity that it sends from, and on the configuration set', async () => {
    const { permissions } = ses.service.actions.SendEmail;
    const arn = (name: string) => ({
      action: 'ses:SendEmail',
      resource: `arn:aws:ses:eu-central-1:123456789012:${name}`,
    });
    expect(permissions({ FromEmailAddress: 'X <a@example.com>' })).toEqual([arn('identity/example.com')]);
    expect(permissions({ FromEmailAddress: 'a@other.example' })).toEqual([arn('identity/a@other.example')]);
    const sets = { FromEmailAddress: 'a@example.com', ConfigurationSetName: 'mails' };
    expect(permissions(sets)).toEqual([arn('identity/example.com'), arn('configuration-set/mails')]);
    const ConfigurationSetAttributes = { ConfigurationSetName: 'usual' };
    await deploy(ses.service, 'AWS::SES::EmailIdentity', {
      EmailIdentity: 'b@example.com',
      ConfigurationSetAttributes,
    });
    expect(permissions({ FromEmailAddress: 'b@example.com' })).toEqual([
      arn('identity/b@example.com'),
      arn('configuration-set/usual'),
    ]);
  });
});

describe('a bounce', () => {
  it('is remembered once, by the id of the mail', async () => {
    const { MessageId = '' } = await send();
    const bouncedAt = context.clock.now();
    expect(ses.outbox.bounce(MessageId)).toMatchObject({ id: MessageId, bouncedAt });
    context.clock.advance(1_000);
    expect(ses.outbox.bounce(MessageId)).toBeUndefined();
    expect(ses.outbox.find(MessageId)).toMatchObject({ bouncedAt });
    expect(ses.outbox.bounce('nobody')).toBeUndefined();
  });

  it('is told to EventBridge, once, where the configuration set says so', async () => {
    for (const [set, types] of [
      ['told', ['bounce', 'complaint']],
      ['silent', ['complaint']],
    ] as const) {
      await deploy(ses.service, 'AWS::SES::ConfigurationSet', { Name: set });
      await deploy(ses.service, 'AWS::SES::ConfigurationSetEventDestination', {
        ConfigurationSetName: set,
        EventDestination: { Enabled: true, MatchingEventTypes: types, EventBridgeDestination: { EventBusArn: bus } },
      });
      const EmailTags = [{ Name: 'approver', Value: 'anna' }];
      const { MessageId } = await send({ ConfigurationSetName: set, EmailTags });
      for (let n = 0; n < 2; n++) ses.pages({ method: 'POST', path: `/_local/mail/${MessageId}/bounce` });
    }
    expect(published).toMatchObject([
      {
        source: 'aws.ses',
        detailType: 'Email Bounced',
        detail: { mail: { tags: { approver: ['anna'], 'ses:configuration-set': ['told'] } } },
      },
    ]);
  });

  it('is told to no other bus', async () => {
    const EventDestination = {
      MatchingEventTypes: ['bounce'],
      EventBridgeDestination: { EventBusArn: bus.replace('default', 'ours') },
    };
    const type = 'AWS::SES::ConfigurationSetEventDestination';
    await expect(deploy(ses.service, type, { ConfigurationSetName: 'told', EventDestination })).rejects.toThrow(
      'the default bus alone',
    );
  });

  it('can be made over HTTP', async () => {
    const { MessageId = '' } = await send();
    expect(ses.pages({ method: 'POST', path: `/_local/mail/${MessageId}/bounce` })).toMatchObject({ status: 200 });
    expect(bodyOf('/_local/mail')).toContain('(bounced)');
    expect(bodyOf(`/_local/mail/${MessageId}`)).toContain('Bounced');
    expect(ses.pages({ method: 'GET', path: `/_local/mail/${MessageId}/bounce` })).toMatchObject({ status: 404 });
    expect(ses.pages({ method: 'POST', path: '/_local/mail/nobody/bounce' })).toMatchObject({ status: 404 });
  });
});

describe('the outbox', () => {
  it('lists mails, newest first, each a link to itself', async () => {
    expect(bodyOf('/_local/mail')).toContain('Nothing was sent yet.');
    const { MessageId: older } = await send({}, { Subject: text('<b>older</b>') });
    context.clock.advance(3_600_000);
    const { MessageId: newer } = await send({}, { Subject: text('newer') });
    const page = bodyOf('/_local/mail');
    expect(page).toContain(`<a href="/_local/mail/${older}">&lt;b&gt;older&lt;/b&gt;</a>`);
    expect(page).toContain(`<a href="/_local/mail/${newer}">newer</a>`);
    expect(page.indexOf('newer')).toBeLessThan(page.indexOf('older'));
  });

  it('shows a mail as its reader sees it', async () => {
    const html =
      '<p style="color:red">Look: <a href="https://x.example/a?b=1&amp;c=2">here</a></p><script>alert(1)</script>';
    const plain = 'Look: http://127.0.0.1:4000/approvals/abc. <script>alert(2)</script>';
    const { MessageId } = await send(
      {},
      { Body: { Html: text(html), Text: text(plain) }, Headers: [{ Name: 'X-Kind', Value: 'a<b' }] },
    );
    const page = bodyOf(`/_local/mail/${MessageId}`);
    const [, srcdoc = ''] = /srcdoc="([^"]*)"/.exec(page) ?? [];
    const unescaped = srcdoc
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
    expect(unescaped).toBe(`<base target="_blank">${html}`);
    expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(page).toContain('<a href="http://127.0.0.1:4000/approvals/abc" target="_blank" rel="noopener noreferrer">');
    expect(page).toContain('&lt;script&gt;alert(2)');
    expect(page).not.toContain('<script');
    expect(page).toContain('<th scope="row">X-Kind</th><td>a&lt;b</td>');
    expect(page).toContain(`<th scope="row">Message-ID</th><td>&lt;${MessageId}@eu-central-1.amazonses.com&gt;</td>`);
    expect(page).not.toContain('Bcc');
  });

  it('lets nothing run, load, submit or be framed', async () => {
    const { MessageId } = await send();
    for (const path of ['/_local/mail', `/_local/mail/${MessageId}`]) {
      const headers = get(path)?.headers ?? {};
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src about:; base-uri 'none'; form-action 'none'",
      );
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
    }
  });

  it('is JSON for tests, and has nothing to say of other paths', async () => {
    const { MessageId } = await send();
    expect(JSON.parse(bodyOf('/_local/mail.json')).mails).toMatchObject([{ id: MessageId, text: 'Hello' }]);
    expect(get('/_local/mail/nobody')).toMatchObject({ status: 404 });
    for (const path of ['/_local/mails', '/_local/mail/', '/_local/clock']) expect(get(path)).toBeUndefined();
  });
});

describe('AWS::SES::EmailIdentity', () => {
  it('is referred to by its name, and has the records that a template may show', async () => {
    const deployed = await deploy(ses.service, 'AWS::SES::EmailIdentity', {
      EmailIdentity: 'mail.example',
      DkimAttributes: { SigningEnabled: true },
      MailFromAttributes: { MailFromDomain: 'bounce.mail.example' },
    });
    expect(deployed.ref).toBe('mail.example');
    expect(deployed.attributes).toMatchObject({ DkimDNSTokenName1: 'token1._domainkey.mail.example' });
  });
});
