import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Finding, Search } from './search.ts';

/** What one worker has come to. */
interface Part {
  readonly explored: number;
  readonly wrong: readonly { readonly seed: number; readonly what: readonly string[] }[];
}

const usage =
  'npm run explore -- [sagas] [--seed <n>] [--schedules <n>] [--json]\n       npm run explore -- --kill <n> [--seed <n>] [--json]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    schedules: { type: 'string', default: '2000' },
    every: { type: 'string', default: '1' },
    kill: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seed, schedules, every, points] = [values.seed, values.schedules, values.every, values.kill ?? '1'].map(Number);
const isWhole = (n: number | undefined): n is number => Number.isSafeInteger(n) && Number(n) > 0;
if (
  !isWhole(seed) ||
  !isWhole(schedules) ||
  !isWhole(every) ||
  !isWhole(points) ||
  positionals.some((each) => each !== 'sagas')
) {
  console.error(`Seed and number of schedules are whole numbers above 0.\n${usage}`);
  process.exit(2);
}
// What the product logs about the faults is not what anybody asks for here; its logger reads this as it is loaded.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { shrunk, wrongOf }: Search = await (positionals.length > 0
  ? import('./sagas/search.ts')
  : import('./search.ts'));

if (values.kill !== undefined) await killing();
else if (process.send) process.send(await part(), () => process.exit(0));
else await explorer();

/** Every so manieth seed. */
async function part(): Promise<Part> {
  const wrong: { seed: number; what: readonly string[] }[] = [];
  let explored = 0;
  for (let each = Number(seed); each < Number(seed) + Number(schedules); each += Number(every)) {
    const what = await wrongOf(each);
    if (what.length > 0) wrong.push({ seed: each, what });
    explored++;
  }
  return { explored, wrong };
}

/** Everything, on as many processes as there are processors; what goes wrong is made shorter and told. */
async function explorer(): Promise<void> {
  const from = performance.now();
  const workers = Math.min(availableParallelism(), Number(schedules));
  const parts = await Promise.all(Array.from({ length: workers }, (_, n) => startPart(Number(seed) + n, n, workers)));
  const wrong = parts.flatMap((each) => each.wrong).toSorted((a, b) => a.seed - b.seed);
  const explored = parts.reduce((sum, each) => sum + each.explored, 0);
  const [first] = wrong;
  const finding = first && (await shrunk(first.seed));
  const seconds = Math.round((performance.now() - from) / 100) / 10;
  if (values.json) console.log(JSON.stringify({ explored, seconds, wrong, finding }));
  else {
    console.log(`${explored} schedules in ${seconds} s: ${wrong.length} went wrong.`);
    for (const each of wrong.slice(0, 20)) console.log(`  seed ${each.seed}: ${each.what.join(', ')}`);
    if (finding) tell(finding);
  }
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

/** Processes of the real product are killed, and at times all of it. */
async function killing(): Promise<void> {
  const { killEverything } = await import('../system/kill-everything.ts');
  const { isRight, ...killed } = await killEverything({ seed: Number(seed), points: Number(points) });
  console.log(JSON.stringify(killed, null, values.json ? 0 : 2));
  process.exitCode = isRight ? 0 : 1;
}

function startPart(from: number, n: number, workers: number): Promise<Part> {
  const count = Number(schedules) - n;
  const args = [...positionals, '--seed', String(from), '--schedules', String(count), '--every', String(workers)];
  const worker = fork(import.meta.filename, args);
  return new Promise((resolve, reject) => {
    worker.once('message', (told) => resolve(told as Part));
    worker.once('error', reject);
    worker.once('exit', (code) => code !== 0 && reject(new Error(`a worker ended with ${code}`)));
  });
}

function tell({ seed: found, wrong, schedule, trace }: Finding): void {
  console.log(`\nSeed ${found}, as short as it gets: ${wrong.join(', ')}`);
  console.log(JSON.stringify(schedule, null, 1));
  for (const line of trace) console.log(line);
  console.log(
    `\nAgain: npm run explore -- ${positionals.map((each) => `${each} `).join('')}--seed ${found} --schedules 1`,
  );
}
