import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CountersignError, type ErrorCode, errorTable } from '../core/errors.ts';
import { type Evidence, evidenceSchema } from '../core/operation/evidence.ts';
import type { RecoverRequest } from './serve-recover.ts';

const findings = z.object({ findings: z.array(z.object({ what: z.string(), ok: z.boolean(), detail: z.string() })) });
const createdPage = z.object({
  documents: z.array(z.looseObject({})),
  nextCursor: z.string().optional(),
  kinds: z.record(z.string(), z.string()),
});
const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);
const notListed = z.object({ refused: z.object({ code: z.string().refine(isCode), detail: z.string() }) });
const reconciled = z.object({ lookedAt: z.int(), failed: z.int(), isDone: z.boolean() });

/** Asks the recover functions, each of which knows one system. */
export function recoverFunctions(client: LambdaClient, functions: Readonly<Record<string, string>>) {
  const ask = async (system: string, request: RecoverRequest): Promise<unknown> => {
    const name = Object.hasOwn(functions, system) ? functions[system] : undefined;
    if (name === undefined) throw new CountersignError('NOT_FOUND', `There is no system ${system}.`);
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(request)) }),
    );
    if (FunctionError) throw new CountersignError('SYSTEM_UNAVAILABLE', `The system ${system} could not be asked.`);
    return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  };
  return {
    /** Looks the operation up in its system; what it found stands in the operation. */
    recover: async (system: string, operationId: string): Promise<void> => {
      await ask(system, { ask: 'recover', operationId });
    },
    /** What the system shows of an operation, and of a document that somebody names. */
    evidence: async (system: string, operationId: string, document?: string): Promise<Evidence> =>
      evidenceSchema.parse(
        await ask(system, { ask: 'evidence', operationId, ...(document !== undefined && { document }) }),
      ),
    /** One page of what our service user created. Throws what the system, or its kind, has against it. */
    documents: async (system: string, days: { from: string; to: string; cursor?: string | undefined }) => {
      const answer = await ask(system, { ask: 'documents', ...days });
      const { data } = notListed.safeParse(answer);
      if (data) throw new CountersignError(data.refused.code, data.refused.detail);
      return createdPage.parse(answer);
    },
    /** Settles what nobody asks about: all of a system, as far as the time of one call reaches. */
    reconcile: async (system: string) => reconciled.parse(await ask(system, { ask: 'reconcile' })),
    check: async (system: string) => findings.parse(await ask(system, { ask: 'check' })).findings,
  };
}
