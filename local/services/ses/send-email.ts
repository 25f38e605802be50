import * as z from 'zod';
import { type HttpAnswer, ServiceError } from '../../service.ts';
import { parseAddress } from './address.ts';
import type { Identities } from './identities.ts';
import type { Mail, Outbox } from './outbox.ts';

const address = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, { error: 'is no e-mail address in ASCII' });
const addresses = z.array(address).default([]);

const oneLine = /^[^\r\n]*$/;
const ascii = /^[\t\n\r -~]*$/;

/** Without a charset SES takes a text for 7-bit ASCII. */
const content = z
  .strictObject({ Data: z.string(), Charset: z.string().optional() })
  .refine(({ Charset }) => Charset === undefined || /^(utf-8|us-ascii)$/i.test(Charset), {
    error: 'the local SES knows the charset UTF-8 only',
  })
  .refine(({ Data, Charset }) => /^utf-8$/i.test(Charset ?? '') || ascii.test(Data), {
    error: 'a text outside of ASCII needs the Charset UTF-8',
  })
  .transform(({ Data }) => Data);

/** Headers that SES writes itself. */
const reserved =
  /^(from|to|cc|bcc|subject|reply-to|sender|date|message-id|return-path|mime-version|content-(type|transfer-encoding|disposition)|received|dkim-signature)$/i;

const header = z.strictObject({
  Name: z
    .string()
    .regex(/^[!-9;-~]{1,126}$/)
    .refine((name) => !reserved.test(name), { error: 'is written by SES itself' }),
  Value: z.string().regex(/^[ -~]{1,870}$/),
});

const tag = z.string().regex(/^[\w-]{1,256}$/);

const sendEmailInput = z.strictObject({
  FromEmailAddress: address,
  Destination: z
    .strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses })
    .refine(({ ToAddresses: to, CcAddresses: cc, BccAddresses: bcc }) => to.length + cc.length + bcc.length > 0, {
      error: 'has no recipient',
    })
    .refine(({ ToAddresses: to, CcAddresses: cc, BccAddresses: bcc }) => to.length + cc.length + bcc.length <= 50, {
      error: 'has more than 50 recipients',
    }),
  ReplyToAddresses: addresses,
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: content.refine((subject) => oneLine.test(subject), { error: 'has more than one line' }),
      Body: z
        .strictObject({ Text: content.optional(), Html: content.optional() })
        .refine(({ Text, Html }) => Text !== undefined || Html !== undefined, { error: 'has neither Text nor Html' }),
      Headers: z.array(header).max(15).default([]),
    }),
  }),
  EmailTags: z.array(z.strictObject({ Name: tag, Value: tag })).default([]),
  ConfigurationSetName: z.string().optional(),
});

/** SendEmail of simple content. Errors: `BadRequestException` with every offending member by name, `MessageRejected`, `NotFoundException`. */
export const sendEmail = (
  input: unknown,
  {
    identities,
    outbox,
    region,
    sender,
  }: {
    readonly identities: Identities;
    readonly outbox: Outbox;
    readonly region: string;
    readonly sender: string;
  },
): HttpAnswer => {
  const parsed = sendEmailInput.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new ServiceError('BadRequestException', issues.join('; '));
  }
  const { FromEmailAddress: from } = parsed.data;
  const identity = identities.covering(from);
  if (!identity) throw unverified(parseAddress(from)?.address ?? from, region);
  const configurationSet = parsed.data.ConfigurationSetName ?? identity.configurationSet;
  if (configurationSet !== undefined && !identities.hasConfigurationSet(configurationSet)) {
    throw new ServiceError('NotFoundException', `Configuration set <${configurationSet}> does not exist.`, {
      status: 404,
    });
  }
  const set = configurationSet === undefined ? {} : { configurationSet };
  const MessageId = outbox.add({ ...mailOf(parsed.data), ...set, sender });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ MessageId }) };
};

const unverified = (address: string, region: string): ServiceError =>
  new ServiceError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${address}`,
  );

const mailOf = (input: z.output<typeof sendEmailInput>): Omit<Mail, 'id' | 'at' | 'sender'> => {
  const { Subject, Body, Headers } = input.Content.Simple;
  return {
    from: input.FromEmailAddress,
    to: input.Destination.ToAddresses,
    cc: input.Destination.CcAddresses,
    bcc: input.Destination.BccAddresses,
    replyTo: input.ReplyToAddresses,
    subject: Subject,
    ...(Body.Text !== undefined && { text: Body.Text }),
    ...(Body.Html !== undefined && { html: Body.Html }),
    headers: Headers.map(({ Name: name, Value: value }) => ({ name, value })),
    tags: Object.fromEntries(input.EmailTags.map(({ Name, Value }) => [Name, Value])),
  };
};
