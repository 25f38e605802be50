import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { problemsOfMachine } from '../../lib/core/check-state-machine.ts';
import { approvedWrite } from '../../statemachines/approved-write.ts';
import { openStepFunctions } from '../local/services/stepfunctions/running.ts';

describe('the machine of approved writes', () => {
  test('is compiled to what reviewers see (vitest --update writes it)', async () => {
    const compiled = `${JSON.stringify(approvedWrite, null, 2)}\n`;
    await expect(compiled).toMatchFileSnapshot('../../statemachines/asl/approved-write.asl.json');
  });

  test('passes asl-validator and the rules of the house', () => {
    const { isValid, errorsText } = validate(structuredClone(approvedWrite));
    expect(isValid ? '' : errorsText()).toBe('');
    expect(problemsOfMachine(approvedWrite)).toEqual([]);
  });
});

/** The machine with a function that answers each call with what comes next, and writes down what it was asked. */
const running = async (...answers: readonly (object | Error | null)[]) => {
  const calls: Record<string, unknown>[] = [];
  const left = [...answers];
  const approved = (event: Record<string, unknown>) => {
    calls.push(event);
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const local = await openStepFunctions({ handlers: { approved }, random: () => 0.5 });
  await local.deployMachine(JSON.stringify(approvedWrite), {
    DefinitionSubstitutions: { ApprovedFunction: 'approved' },
  });
  const execution = await local.start({ operationId: 'op1', timeoutSeconds: 3600 });
  return {
    ...local,
    calls,
    asked: () => calls.map(({ do: what }) => what),
    status: async () => (await local.describe(execution)).status,
    wake: async () => {
      const taskToken = String(calls.findLast(({ token }) => token)?.['token']);
      await local.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
      await local.drained();
    },
  };
};

const minute = 60_000;

describe('an execution', () => {
  test('asks, waits, and once woken carries out and ends', async () => {
    const { calls, asked, status, wake } = await running({}, { next: 'done' });
    expect(calls).toEqual([{ do: 'ask', operationId: 'op1', token: expect.any(String) }]);
    expect(await status()).toBe('RUNNING');
    await wake();
    expect(asked()).toEqual(['ask', 'carry-out']);
    expect(calls[1]).toEqual({ do: 'carry-out', operationId: 'op1' });
    expect(await status()).toBe('SUCCEEDED');
  });

  test('that nobody wakes reads the decision when its time is over', async () => {
    const { asked, status, advance } = await running({}, { next: 'done' });
    await advance(60 * minute);
    expect(asked()).toEqual(['ask', 'carry-out']);
    expect(await status()).toBe('SUCCEEDED');
  });

  test('asks again, for as long as it is told', async () => {
    const answers = [{}, { next: 'ask', timeoutSeconds: 120 }, {}, { next: 'done' }];
    const { asked, calls, status, wake, advance } = await running(...answers);
    await wake();
    expect(asked()).toEqual(['ask', 'carry-out', 'ask']);
    expect(calls[2]?.['token']).not.toBe(calls[0]?.['token']);
    await advance(2 * minute);
    expect(asked()).toEqual(['ask', 'carry-out', 'ask', 'carry-out']);
    expect(await status()).toBe('SUCCEEDED');
  });

  test('comes back later, each time a little later', async () => {
    const { asked, status, wake, advance } = await running({}, { next: 'later' }, { next: 'later' }, { next: 'done' });
    await wake();
    await advance(minute - 1000);
    expect(asked()).toHaveLength(2);
    await advance(1000);
    expect(asked()).toHaveLength(3);
    await advance(minute);
    expect(asked()).toHaveLength(3);
    await advance(minute);
    expect(await status()).toBe('SUCCEEDED');
  });

  test.each<[string, Error | object | null]>([
    ['fails', new Error('broken')],
    ['answers nothing', null],
    ['answers what nobody knows', { next: 'dance' }],
    ['does not say for how long to ask', { next: 'ask' }],
  ])('does not lose what was approved when carrying out %s', async (_, answer) => {
    const { asked, status, wake, advance } = await running({}, answer, { next: 'done' });
    await wake();
    expect(await status()).toBe('RUNNING');
    await advance(2 * minute);
    expect(asked()).toEqual(['ask', 'carry-out', 'carry-out']);
    expect(await status()).toBe('SUCCEEDED');
  });

  test('that could not ask leaves it to what is stored whether to ask again', async () => {
    const { asked, advance } = await running(new Error('no mail'), { next: 'ask', timeoutSeconds: 60 }, {});
    expect(asked()).toEqual(['ask']);
    await advance(minute);
    expect(asked()).toEqual(['ask', 'carry-out', 'ask']);
  });
});
