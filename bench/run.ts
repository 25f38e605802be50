import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { type Machine, machine } from './machine.ts';
import { failureOf, isGood, type Report, type Result, resultOf, tableOf } from './report.ts';
import type { Scenario } from './scenario.ts';
import { acceptedCall } from './scenarios/accepted-call.ts';
import { backlogDrain } from './scenarios/backlog-drain.ts';
import { backlogEntry } from './scenarios/backlog-entry.ts';
import { bundleSizes } from './scenarios/bundle-sizes.ts';
import { callCost } from './scenarios/call-cost.ts';
import { failingSaga } from './scenarios/failing-saga.ts';
import { firstAnswer } from './scenarios/first-answer.ts';
import { lostAnswer } from './scenarios/lost-answer.ts';
import { startUp } from './scenarios/start-up.ts';
import { surroundings } from './surroundings.ts';

const scenarios: readonly Scenario[] = [
  bundleSizes,
  firstAnswer,
  callCost,
  lostAnswer,
  acceptedCall,
  backlogEntry,
  backlogDrain,
  failingSaga,
  startUp,
];
const latest = join(import.meta.dirname, 'results', 'latest.json');

interface Options {
  readonly only?: readonly string[];
  readonly json: boolean;
  readonly bounds: boolean;
}

const program = new Command('npm run bench --')
  .description(
    'Measures bundles, cold start, the cost of a call, the local stack and its start; variants take turns in one run. ' +
      'Ends with 1 when something wanted is missed or cannot be measured. Results go to bench/results/latest.json.',
  )
  .addOption(new Option('--only <name...>', 'only these benchmarks').choices(scenarios.map(({ name }) => name)))
  .option('--json', 'print the results as JSON', false)
  .option('--no-bounds', 'report only: nothing is wanted')
  .action((options: Options) => run(options));

async function run({ only, json, bounds }: Options): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const chosen = scenarios.filter(({ name }) => only === undefined || only.includes(name));
  const before = machine();
  try {
    const results = await measure(chosen, interrupted.signal, (result) => {
      if (!json) console.log(`${tableOf(result)}\n`);
    });
    const report = { at: new Date().toISOString(), before, after: machine(), results };
    save(report);
    console.log(json ? JSON.stringify(report, null, 2) : footer(report));
    const good = results.every((result) => (bounds ? isGood(result) : result.failure === undefined));
    process.exitCode = good ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('Interrupted; nothing was saved.');
    process.exitCode = 130;
  }
}

async function measure(
  chosen: readonly Scenario[],
  signal: AbortSignal,
  done: (result: Result) => void,
): Promise<Result[]> {
  let current = '';
  const place = surroundings(signal, (text) => tell(`${current}: ${text}`));
  try {
    const results: Result[] = [];
    for (const scenario of chosen) {
      current = scenario.name;
      tell(current);
      const result = await scenario.run(place).then(
        (measured) => resultOf(scenario, measured),
        (error) => {
          if (signal.aborted) throw error;
          return failureOf(scenario, error);
        },
      );
      tell('');
      results.push(result);
      done(result);
    }
    return results;
  } finally {
    await place.close();
  }
}

/** One line that is written over, on a terminal only. */
function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function save(report: Report): void {
  mkdirSync(dirname(latest), { recursive: true });
  writeFileSync(latest, `${JSON.stringify(report, null, 2)}\n`);
}

const footer = ({ before, after }: Report): string =>
  `${machineText(before)}; load ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after.` +
  (Math.max(before.load, after.load) > before.cores ? '\nThe machine was busy: compare ratios, not times.' : '');

const machineText = ({ platform, cpu, cores, memoryGb, node }: Machine): string =>
  `${platform}, ${cores} cores (${cpu}), ${memoryGb} GB, Node ${node}`;

await program.parseAsync();
