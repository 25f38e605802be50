import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { eventPattern, matches } from '../../../../local/services/events/event-pattern.ts';
import { control, startFixture, temporaryDirectory } from '../../fixture.ts';

const hour = 3_600_000;

const start = async (
  options: { state?: string; rule?: object; target?: object; permission?: object; fail?: string } = {},
) => {
  const file = join(temporaryDirectory(), 'calls');
  writeFileSync(file, '');
  const code = `
    const { appendFileSync } = require('node:fs');
    exports.handler = async (event) => { appendFileSync(${JSON.stringify(file)}, JSON.stringify(event) + '\\n'); ${options.fail ?? ''} };`;
  const lines: string[] = [];
  const local = await startFixture({
    functions: { repair: { code } },
    resources: {
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'hourly',
          ScheduleExpression: 'rate(1 hour)',
          Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['repair', 'Arn'] }, ...options.target }],
          ...options.rule,
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { Ref: 'repair' },
          Action: 'lambda:InvokeFunction',
          Principal: 'events.amazonaws.com',
          SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
          ...options.permission,
        },
      },
    },
    options: { state: options.state ?? temporaryDirectory(), log: ({ text }) => void lines.push(text) },
  });
  const calls = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return { local, calls, lines };
};

test('a schedule calls its function when the local clock reaches the time, and again a period later', async () => {
  const { local, calls } = await start({ target: { Input: '{"repair":true}' } });
  await control(local, 'clock', { advance: hour - 60_000 });
  await control(local, 'clock', { advance: 60_000 });
  await vi.waitFor(() => expect(calls()).toEqual([{ repair: true }]));
  await control(local, 'clock', { advance: hour });
  await vi.waitFor(() => expect(calls()).toHaveLength(2));
});

test('periods that pass at once are one call', async () => {
  const { local, calls } = await start();
  await control(local, 'clock', { advance: 72 * hour });
  await vi.waitFor(() =>
    expect(calls()).toMatchObject([{ source: 'aws.events', resources: [expect.stringContaining('rule/hourly')] }]),
  );
  await control(local, 'clock', { advance: hour - 60_000 });
  expect(calls()).toHaveLength(1);
});

test('a restart does not put a schedule off', async () => {
  const state = temporaryDirectory();
  const first = await start({ state });
  await control(first.local, 'clock', { advance: hour - 60_000 });
  await first.local.close();
  const second = await start({ state });
  await control(second.local, 'clock', { advance: 60_000 });
  await vi.waitFor(() => expect(second.calls()).toHaveLength(1));
});

test('a failing call is made twice more, a minute and two minutes later', async () => {
  const { local, calls } = await start({ fail: `throw new Error('down');` });
  await control(local, 'clock', { advance: hour });
  for (const [made, wait] of [
    [1, 60_000],
    [2, 120_000],
  ] as const) {
    await vi.waitFor(() => expect(calls()).toHaveLength(made));
    await vi.waitFor(async () => {
      await control(local, 'clock', { advance: wait });
      expect(calls()).toHaveLength(made + 1);
    });
  }
});

test('a function without a permission for the rule is not called, and the log says so', async () => {
  const SourceArn = 'arn:aws:events:eu-central-1:111122223333:rule/other';
  const { local, calls, lines } = await start({ permission: { SourceArn } });
  await control(local, 'clock', { advance: hour });
  await vi.waitFor(() => expect(lines.join()).toContain('may not call repair'));
  expect(calls()).toEqual([]);
});

test.each<[string, object]>([
  ['a cron schedule', { ScheduleExpression: 'cron(0 12 * * ? *)' }],
  ['a schedule and a pattern', { EventPattern: { source: ['aws.ses'] } }],
  [
    'a filter that is more than equality',
    { ScheduleExpression: undefined, EventPattern: { source: [{ prefix: 'aws' }] } },
  ],
  ['another target', { Targets: [{ Id: 'x', Arn: 'arn:aws:sqs:eu-central-1:111122223333:queue' }] }],
])('a rule with %s is refused at deploy', async (_, rule) => {
  await expect(start({ rule })).rejects.toThrow();
});

test.each<[boolean, object]>([
  [true, { source: ['aws.ses'] }],
  [true, { source: ['aws.sns', 'aws.ses'], detail: { mail: { tags: { system: ['erp'] } } } }],
  [true, { detail: { mail: { tags: { approver: ['ben', 'anna'] } } } }],
  [false, { source: ['aws.sns'] }],
  [false, { source: ['aws.ses'], detail: { mail: { tags: { system: ['mes'] } } } }],
  [false, { detail: { mail: { tags: { stage: ['production'] } } } }],
])('a pattern of equal values matches: %s for %j', (expected, pattern) => {
  const tags = { system: ['erp'], approver: ['anna'] };
  expect(matches(eventPattern.parse(pattern), { source: 'aws.ses', detail: { mail: { tags } } })).toBe(expected);
});
