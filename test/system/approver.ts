import { awaitLink, decide as decideAt, type Mail, readMails, type Saying } from '../../bin/approver.ts';
import type { Product } from './stack.ts';

/** The outbox, oldest first. */
export const mailsOf = ({ stack }: Product): Promise<Mail[]> => readMails(stack.aws.origin);

/** The link in the latest mail to an approver, at the address where the product is now. */
export async function linkFor({ stack }: Product, name: string, count = 1): Promise<string> {
  const link = await awaitLink(stack.aws.origin, `${name}@example.com`, count);
  return link.replace(/^https?:\/\/[^/]+/, stack.aws.origin);
}

/** Says something as an approver, with a real code of the product's time. */
export const decide = ({ stack }: Product, link: string, saying: Pick<Saying, 'name' | 'verdict' | 'reason'>) =>
  decideAt(link, { ...saying, totpSecret: stack.approvers[saying.name]?.totpSecret ?? '', now: stack.aws.clock.now() });
