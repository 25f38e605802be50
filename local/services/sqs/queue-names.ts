import type { ServiceContext } from '../../service.ts';

/** What queues are called. */
export interface QueueNames {
  arnOf(name: string): string;
  urlOf(name: string): string;
  /** The name in a URL whose host does not matter, since the call arrived here; a URL of another account is no name of ours. */
  nameIn(url: unknown): string;
}

/** ARNs and URLs of the queues of one account and region. */
export const queueNames = (
  { account, region }: Pick<ServiceContext, 'account' | 'region'>,
  origin: () => string,
): QueueNames => {
  const url = new RegExp(`^https?://[^/]+/${account}/([^/]+)$`);
  return {
    arnOf: (name) => `arn:aws:sqs:${region}:${account}:${name}`,
    urlOf: (name) => `${origin()}/${account}/${name}`,
    nameIn: (asked) => url.exec(String(asked))?.[1] ?? String(asked),
  };
};
