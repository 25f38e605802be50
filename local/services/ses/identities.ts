import * as z from 'zod';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { tags } from '../../iam/properties.ts';
import type { ResourceType } from '../../service.ts';
import { parseAddress } from './address.ts';

const identityProperties = z.strictObject({
  EmailIdentity: z.string().min(1),
  ConfigurationSetAttributes: z.strictObject({ ConfigurationSetName: z.string() }).optional(),
  DkimAttributes: z.strictObject({ SigningEnabled: z.boolean() }).optional(),
  DkimSigningAttributes: z.strictObject({ NextSigningKeyLength: z.string() }).optional(),
  FeedbackAttributes: z.strictObject({ EmailForwardingEnabled: z.boolean() }).optional(),
  MailFromAttributes: z
    .strictObject({ MailFromDomain: z.string().optional(), BehaviorOnMxFailure: z.string().optional() })
    .optional(),
  Tags: tags,
});

const configurationSetProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  DeliveryOptions: z.record(z.string(), z.unknown()).optional(),
  ReputationOptions: z.strictObject({ ReputationMetricsEnabled: z.boolean() }).optional(),
  SendingOptions: z.strictObject({ SendingEnabled: z.literal(true) }).optional(),
  SuppressionOptions: z.strictObject({ SuppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])) }).optional(),
  Tags: tags,
});

/** As CloudFormation spells them. */
const eventTypes = [
  ...['send', 'reject', 'bounce', 'complaint', 'delivery', 'open', 'click'],
  ...['renderingFailure', 'deliveryDelay', 'subscription'],
] as const;

const destinationProperties = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: z.boolean().default(false),
    MatchingEventTypes: z.array(z.enum(eventTypes)).min(1),
    EventBridgeDestination: z.strictObject({
      EventBusArn: z.string().regex(/:event-bus\/default$/, { error: 'SES tells the default bus alone' }),
    }),
  }),
});

/** The identities and configuration sets of the templates; every identity counts as verified. */
export interface Identities {
  /** The identity that covers an address: the address itself, else its domain or one above that. */
  covering(from: string): { readonly name: string; readonly configurationSet: string | undefined } | undefined;
  hasConfigurationSet(name: string): boolean;
  /** Whether EventBridge is told of what becomes of the mails of a set. */
  tells(configurationSet: string, eventType: (typeof eventTypes)[number]): boolean;
  readonly resources: Readonly<Record<SesResource, ResourceType>>;
}

type SesResource =
  | 'AWS::SES::EmailIdentity'
  | 'AWS::SES::ConfigurationSet'
  | 'AWS::SES::ConfigurationSetEventDestination';

/** An empty set of identities. */
export const openIdentities = (): Identities => {
  const identities = new Map<string, { readonly name: string; readonly configurationSet: string | undefined }>();
  const sets = new Set<string>();
  const told = new Set<string>();
  return {
    covering(from) {
      const parsed = parseAddress(from);
      if (!parsed) return undefined;
      const labels = parsed.domain.split('.');
      const names = [parsed.address, ...labels.map((_, at) => labels.slice(at).join('.'))];
      return names.map((name) => identities.get(name)).find((identity) => identity !== undefined);
    },
    hasConfigurationSet: (name) => sets.has(name),
    tells: (configurationSet, eventType) => told.has(`${configurationSet} ${eventType}`),
    resources: {
      'AWS::SES::EmailIdentity': resourceType(identityProperties, (properties) => {
        const name = parseAddress(properties.EmailIdentity)?.address ?? properties.EmailIdentity.toLowerCase();
        const configurationSet = properties.ConfigurationSetAttributes?.ConfigurationSetName;
        identities.set(name, { name, configurationSet });
        return { ref: properties.EmailIdentity, attributes: dkimRecords(name) };
      }),
      'AWS::SES::ConfigurationSet': resourceType(configurationSetProperties, ({ Name }, resource) => {
        const name = Name ?? physicalName(resource);
        sets.add(name);
        return { ref: name, attributes: {} };
      }),
      'AWS::SES::ConfigurationSetEventDestination': resourceType(
        destinationProperties,
        ({ ConfigurationSetName, EventDestination: { Name, Enabled, MatchingEventTypes } }, resource) => {
          if (Enabled) for (const type of MatchingEventTypes) told.add(`${ConfigurationSetName} ${type}`);
          const name = Name ?? physicalName(resource);
          return { ref: name, attributes: { Id: `${ConfigurationSetName}|${name}` } };
        },
      ),
    },
  };
};

/** The DNS records that a template may show to whoever owns the domain; here they prove nothing. */
const dkimRecords = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [1, 2, 3].flatMap((n) => [
      [`DkimDNSTokenName${n}`, `token${n}._domainkey.${name}`],
      [`DkimDNSTokenValue${n}`, `token${n}.dkim.amazonses.com`],
    ]),
  );
