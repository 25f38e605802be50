import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { startOne } from './endpoints.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import { printableJson } from './plain-text.ts';
import type { SignedFetch } from './signed-fetch.ts';
import { type Role, signerFor, type Target } from './target.ts';

/** A call of the API: a path below its address, beginning with `/v1/`. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the API answered; `body` is the parsed JSON, or the text where it is none. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Sends one signed request. Throws `CliError` where no answer comes. */
export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

/** API Gateway itself gives up after 29 s. */
const patience = 35_000;

/** The API of a stack, called as one role. */
export function apiOf(target: Target, role: Role, name?: string): Api {
  const send = signerFor(target, role, name);
  return async (request) => {
    const response = await exchange(send, target, request);
    const { status, headers } = response;
    const text = await response.text().catch((error: unknown) => {
      throw lost(target, request, error);
    });
    return { status, headers, body: parsed(text) };
  };
}

/** The body of a success, as the shape that is expected. Throws `CliError` with the service's problem for everything else. */
export function accepted<T extends z.ZodType>(answer: ApiAnswer, shape: T): z.output<T> {
  if (answer.status !== 200) throw refusal(answer);
  const parsed = shape.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new CliError(exitCode.refused, `The API's answer is not understood${path === '' ? '' : ` at ${path}`}.`, {
    next: 'Use the command line of the version that is deployed.',
    problem: { status: answer.status, detail: answer.body },
  });
}

const problem = z.looseObject({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  nextAction: z.string().optional(),
});

/** A refusal as an error: what the service says, and its own advice. */
export function refusal({ status, body }: ApiAnswer, code: ExitCode = exitCode.refused): CliError {
  const parsed = problem.safeParse(body);
  if (!parsed.success)
    return new CliError(code, `The API answered ${status}: ${printableJson(body).slice(0, 300)}`, {
      problem: { status, detail: body },
    });
  const { title, detail, nextAction } = parsed.data;
  return new CliError(code, `${status} ${parsed.data.code}: ${title}\n${detail}`, { next: nextAction, problem: body });
}

async function exchange(send: SignedFetch, target: Target, request: ApiRequest): Promise<Response> {
  const { method, path, query = {}, headers = {}, body } = request;
  const url = new URL(`${target.apiUrl}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  try {
    return await send(url.href, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(patience),
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    throw lost(target, request, error);
  }
}

const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** No answer: nothing was sent, or nobody knows. */
function lost(target: Target, { method }: ApiRequest, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const code = codeOf(error);
  if (neverSent.has(code)) return unreachable(target, code);
  if (method === 'GET')
    return new CliError(exitCode.unreachable, `The answer was lost (${code}).`, { next: 'Ask again.' });
  return new CliError(exitCode.pending, `The answer was lost (${code}): what was asked for may have happened.`, {
    next: 'Send the same call again; a write with the same --key.',
    cause: error,
  });
}

function unreachable(target: Target, code: string): CliError {
  if (target.local)
    return new CliError(exitCode.unreachable, `No stack is running here: nothing answers at ${target.apiUrl}.`, {
      next: startOne,
    });
  return new CliError(exitCode.unreachable, `${target.apiUrl} cannot be reached (${code}).`, {
    next: 'Check the network, and that the outputs file is the one of the latest deployment.',
  });
}

/** `fetch` hides the reason in the cause. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return codeOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a proxy in between may answer anything
  }
}
