import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import { type Evidence, evidenceSchema } from '../core/operation/evidence.ts';
import type { RecoverRequest } from './serve-recover.ts';

const findings = z.object({ findings: z.array(z.object({ what: z.string(), ok: z.boolean(), detail: z.string() })) });

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
    check: async (system: string) => findings.parse(await ask(system, { ask: 'check' })).findings,
  };
}
