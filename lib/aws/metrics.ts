import type { Answer } from '../core/operation/answer.ts';
import { tell } from './emf.ts';

/** Counts a call and its time by tool and status; and, by system, that it could not be signed in to. */
export async function measured(
  { tool, system }: { readonly tool: string; readonly system: string },
  run: () => Promise<Answer>,
): Promise<Answer> {
  const from = performance.now();
  const answer = await run();
  tell({ tool, status: String(answer.status) }, { Latency: ['Milliseconds', performance.now() - from] });
  if (answer.status === 502 && JSON.parse(answer.body).code === 'AUTH_FAILED')
    tell({ system }, { SignInFailed: ['Count', 1] });
  return answer;
}

/** Tells how many days ago the credential for one access to a system was put. */
export const credentialAge = (of: { readonly system: string; readonly access: string }, days: number): void =>
  tell(of, { CredentialAge: ['NoUnit', days] });

/** Counts a question about a write in a system whose mail did not arrive, and for which nobody is left to be asked. */
export const unansweredQuestion = (system: string): void => tell({ system }, { UnansweredQuestion: ['Count', 1] });

/** Counts an operation that came to wait for an operator. */
export const operationParked = (system: string, state: 'review' | 'dead'): void =>
  tell({ system, state }, { NewlyParked: ['Count', 1] });

/** Counts what an agent will not be told any more. */
export const callbackGivenUp = (agent: string): void => tell({ agent }, { CallbackGivenUp: ['Count', 1] });

/** Counts what an agent is not told because there is no secret that could sign it. */
export const callbackUnsigned = (agent: string): void => tell({ agent }, { CallbackUnsigned: ['Count', 1] });
