import type { CreatedPage } from '../core/connector.ts';
import { CountersignError, type ErrorCode, isCountersignError } from '../core/errors.ts';
import type { Ground } from '../core/operation/write.ts';
import { logError } from './log.ts';

/** One page of what our service user created, with the kinds that are listed at all, by tool. */
export interface CreatedAnswer extends CreatedPage {
  readonly kinds: Readonly<Record<string, string>>;
}

/** Why there is none. */
export interface NotListed {
  readonly refused: { readonly code: ErrorCode; readonly detail: string };
}

/** How long one page may take, in ms. */
const budget = 20_000;

/** Asks a system for one page of what our service user created. A refusal is an answer: whoever asked has to read it. */
export async function createdDocuments(
  system: string,
  ground: () => Promise<Ground>,
  asked: { readonly from: string; readonly to: string; readonly cursor?: string | undefined },
): Promise<CreatedAnswer | NotListed> {
  try {
    const { connector, client } = await ground();
    if (!connector.enumerate)
      throw new CountersignError('UNSUPPORTED_BY_SYSTEM', `${connector.kind} does not tell who created a document.`);
    const page = await connector.enumerate.page(client, asked, AbortSignal.timeout(budget));
    const kinds = Object.entries(connector.enumerate.kinds).map(([contract, kind]) => [`${system}_${contract}`, kind]);
    return { ...page, kinds: Object.fromEntries(kinds) };
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    logError('documents could not be listed', error, { system });
    return { refused: { code: error.code, detail: error.message } };
  }
}
