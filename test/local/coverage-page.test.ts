import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { assemble } from '../../local/assemble.ts';
import { localClock } from '../../local/clock.ts';
import { coveragePage } from '../../local/coverage-page.ts';
import { openLogs } from '../../local/logs.ts';
import { temporaryDirectory } from './fixture.ts';

test('the coverage page says what the tables say (vitest --update writes it)', async () => {
  const database = new DatabaseSync(':memory:');
  const { services } = assemble({
    context: { database, clock: localClock({}), account: '000000000000', region: 'eu-central-1' },
    logs: openLogs(temporaryDirectory(), { now: Date.now }),
    roleKeys: [],
    origin: () => '',
    assetDirectory: () => undefined,
    basePaths: {},
  });
  await expect(coveragePage(services)).toMatchFileSnapshot('../../docs/local-coverage.md');
  database.close();
});
