import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import type { LocalClock } from './clock.ts';
import { coveragePage } from './coverage-page.ts';
import { type Answer, type Handled, jsonAnswer, problemAnswer } from './http/answer.ts';
import type { CallLog, LoggedCall } from './http/call-log.ts';
import type { LocalRequest } from './http/request.ts';
import { type Traps, trapShape } from './http/traps.ts';
import type { LogLine, Logs } from './logs.ts';
import { type Service, ServiceError } from './service.ts';
import type { Functions } from './services/lambda/functions.ts';

/** What the control endpoints show and move. */
export interface ControlOptions {
  readonly clock: LocalClock;
  readonly functions: Functions;
  readonly traps: Traps;
  readonly calls: CallLog;
  readonly logs: Logs;
  readonly services: readonly Service[];
  /** The outbox's pages, below `/_local/mail`; nothing for another path. */
  readonly mail: (request: LocalRequest) => Answer | undefined;
  /** Settles with true once every stream is read to its end, with false after `waitMs`. */
  readonly idle: (waitMs: number) => Promise<boolean>;
}

type Endpoint = (request: LocalRequest, options: ControlOptions, response: ServerResponse) => Answer | Promise<Answer>;

const endpoints: Readonly<Record<string, Endpoint>> = {
  'GET /_local/functions': (_, { functions }) => jsonAnswer({ functions: functions.all().map(describeFunction) }),
  'GET /_local/clock': (_, { clock }) => jsonAnswer(describeClock(clock)),
  'POST /_local/clock': (request, { clock }) => {
    clock.advance(read(request, advance).advance);
    return jsonAnswer(describeClock(clock));
  },
  'GET /_local/idle': async (request, { idle }) => jsonAnswer({ idle: await idle(number(request, 'wait', 30) * 1000) }),
  'GET /_local/traps': (_, { traps }) => jsonAnswer({ traps: traps.list() }),
  'POST /_local/traps': (request, { traps }) => {
    traps.set(read(request, trapShape));
    return jsonAnswer({ traps: traps.list() });
  },
  'DELETE /_local/traps': (_, { traps }) => {
    traps.clear();
    return jsonAnswer({ traps: traps.list() });
  },
  'GET /_local/calls': (request, { calls }) => {
    const { latest, calls: found } = calls.since(number(request, 'since', 0));
    return jsonAnswer({ latest, counts: countCalls(found), calls: found });
  },
  'GET /_local/coverage': (_, { services }) => ({
    status: 200,
    headers: { 'content-type': 'text/markdown; charset=utf-8' },
    body: coveragePage(services),
  }),
};

/** `/_local/*`: what tests and people see of the local AWS and do to it. What changes something asks for the header `x-countersign-local: 1`. */
export const controlEndpoints =
  (options: ControlOptions) =>
  async (request: LocalRequest, response: ServerResponse): Promise<Handled | 'streaming'> => {
    const { method, path, headers } = request;
    // A page in a browser cannot set this header on a request to another origin without being asked.
    if (method !== 'GET' && headers['x-countersign-local'] !== '1') {
      return problemAnswer(403, 'Forbidden', 'Send the header x-countersign-local: 1 with what changes something.');
    }
    if (method === 'GET' && path === '/_local/logs') return followLogs(request, response, options.logs);
    const mail = options.mail(request);
    if (mail) return mail;
    const endpoint = Object.hasOwn(endpoints, `${method} ${path}`) ? endpoints[`${method} ${path}`] : undefined;
    if (!endpoint) return problemAnswer(404, 'Not Found', `There is no ${method} ${path}.`);
    return endpoint(request, options, response);
  };

const advance = z.strictObject({ advance: z.number().min(0) });

const read = <S extends z.ZodType>(request: LocalRequest, schema: S): z.output<S> => {
  const parsed = schema.safeParse(parseJson(request.body));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ServiceError('BadRequestException', issues.join('; '));
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('BadRequestException', 'The body is not JSON.');
  }
};

const parameter = ({ query }: LocalRequest, name: string): string | undefined =>
  query.find(([key]) => key === name)?.[1];

const number = (request: LocalRequest, name: string, absent: number): number => {
  const value = Number(parameter(request, name) ?? absent);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new ServiceError('BadRequestException', `${name} must be a number of 0 or more.`);
};

const describeClock = (clock: LocalClock) => ({ now: clock.now(), time: new Date(clock.now()).toISOString() });

const describeFunction = ({ settings, processes }: ReturnType<Functions['all']>[number]) => ({
  name: settings.name,
  role: settings.roleArn,
  processes: processes(),
});

const countCalls = (calls: readonly LoggedCall[]): Record<string, Record<string, number>> => {
  const counts: Record<string, Record<string, number>> = {};
  for (const { service, action, function: caller = 'outside' } of calls) {
    const ofCaller = counts[caller] ?? {};
    ofCaller[`${service}:${action}`] = (ofCaller[`${service}:${action}`] ?? 0) + 1;
    counts[caller] = ofCaller;
  }
  return counts;
};

const followLogs = (request: LocalRequest, response: ServerResponse, logs: Logs): 'streaming' => {
  const source = parameter(request, 'source');
  const write = (line: LogLine) => {
    if (source === undefined || source === line.source) response.write(formatLine(line));
  };
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.flushHeaders();
  for (const line of logs.latest()) write(line);
  if (parameter(request, 'follow') !== undefined) response.on('close', logs.follow(write));
  else response.end();
  return 'streaming';
};

const formatLine = ({ at, source, text }: LogLine): string => `${new Date(at).toISOString()} ${source} ${text}\n`;
