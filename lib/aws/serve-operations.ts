import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { viewOf } from '../core/operation/answer.ts';
import { awaitSettled } from '../core/operation/wait.ts';
import { nameOf } from '../core/policy/authorise.ts';
import { stepsShown } from '../core/saga/progress.ts';
import { lambda } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { httpHandler, ok, principalOf } from './http.ts';
import { largeAnswers } from './large-answers.ts';
import { logError } from './log.ts';
import { recoverFunctions } from './recover-functions.ts';
import { stores } from './runtime.ts';

type Environment = ReturnType<
  typeof environmentOf<['STAGE', 'ACCOUNT_ID', 'OPERATIONS_TABLE', 'RESULTS_BUCKET', 'RECOVER_FUNCTIONS']>
>;

const longestWait = 25;

/** The handler of `GET /v1/operations/{id}?wait=`: an agent's own operations, looked up where nobody knows yet. */
export function serveOperations(define: ConfigurationByStage, environment: Environment) {
  const { agents } = define(environment.STAGE);
  const { operations, results } = stores({
    operations: environment.OPERATIONS_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const functions = recoverFunctions(lambda(), environment.RECOVER_FUNCTIONS);
  return httpHandler(async (event) => {
    const principal = principalOf(event);
    const agent = nameOf(agents, principal, environment.ACCOUNT_ID);
    if (agent === undefined) throw new CountersignError('AGENT_UNKNOWN', `Role ${principal.role} is no agent.`);
    const id = event.pathParameters?.['id'] ?? '';
    const wait = waitOf(event.queryStringParameters?.['wait']);
    const own = await operations.get(id);
    if (own?.principal !== `${principal.account}/${principal.role}`) throw notFound();
    const operation = await awaitSettled(id, wait * 1000, {
      operations,
      sleep: (ms) => sleep(ms),
      recover: ({ system }) =>
        functions
          .recover(system, id)
          .catch((error: unknown) => logError('recover could not be asked', error, { system })),
    });
    if (!operation) throw notFound();
    return largeAnswers(results, ok(viewOf(operation, await stepsShown(operation, operations))));
  });
}

const notFound = () => new CountersignError('OPERATION_NOT_FOUND', 'This caller has no such operation.');

function waitOf(given: string | null | undefined): number {
  if (given === undefined || given === null) return 0;
  if (!/^\d{1,2}$/.test(given) || Number(given) > longestWait)
    throw new CountersignError('INPUT_INVALID', `wait is a number of seconds from 0 to ${longestWait}.`);
  return Number(given);
}
