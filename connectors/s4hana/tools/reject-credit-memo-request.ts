import * as z from 'zod';
import { rejectCreditMemoRequest } from '../../../contracts/reject-credit-memo-request.ts';
import { documentStatus } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { findRequest, statusOf } from '../credit-memo/request.ts';
import { expectVersion } from '../expected-version.ts';
import { oneAfterAnother } from '../one-after-another.ts';

type Input = z.output<typeof rejectCreditMemoRequest.input>;

const state = z.strictObject({
  version: z.string(),
  status: documentStatus,
  lines: z.array(z.strictObject({ line: z.string(), rejected: z.boolean(), billed: z.boolean() })),
});

type State = z.output<typeof state>;

/** `reject_credit_memo_request` by a reason for rejection on every line; the ETag of the request goes up with each. */
export default implement(rejectCreditMemoRequest, {
  state,
  documentOf: ({ request }: Input) => request,
  read: ({ request }: Input, call: Call<S4hanaClient>) => stateOf(request, call),

  check: ({ request, expectedVersion }: Input, before: State) => {
    expectVersion(expectedVersion, before);
    if (before.lines.some(({ billed, rejected }) => billed && !rejected))
      throw new CountersignError('ALREADY_BILLED', `Credit memo request ${request} has been billed.`);
  },

  run: async ({ request }: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const { client, before } = call;
    const body = { SalesDocumentRjcnReason: client.settings.creditMemos.rejectionReason };
    const open = before.lines.filter(({ rejected }) => !rejected);
    let etag = before.version;
    await oneAfterAnother(open, async ({ line }) => {
      const key = { CreditMemoRequest: request, CreditMemoRequestItem: line };
      const path = keyPath('A_CreditMemoRequestItem', key);
      await client.service('creditMemoRequest').change({ method: 'PATCH', path, body, etag }, call);
      if (open.length > 1) etag = (await stateOf(request, call)).version;
    });
  },

  output: ({ request }: Input, { after }: { readonly after: State }) => ({
    document: { id: request, number: request },
    status: after.status,
    version: after.version,
    rejectedLines: after.lines.filter(({ rejected }) => rejected).map(({ line }) => line),
  }),

  lookup: byState((_: Input, { lines }: State) => lines.every(({ rejected }) => rejected)),
});

async function stateOf(id: string, call: Call<S4hanaClient>): Promise<State> {
  const found = await findRequest(call.client, id, call);
  if (!found) throw new CountersignError('NOT_FOUND', `There is no credit memo request ${id}.`);
  const { value: request, etag = '' } = found;
  return {
    version: etag,
    status: statusOf(request),
    lines: request.lines.map(({ line, isRejected, billing }) => ({
      line,
      rejected: isRejected,
      billed: billing !== 'A',
    })),
  };
}
