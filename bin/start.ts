import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { configurationFor } from '../lib/core/check-configuration.ts';
import type { Configuration, ConfigurationByStage } from '../lib/core/config.ts';
import { ConfigurationError } from '../lib/core/configuration-error.ts';
import { accessOf, isReal } from '../lib/core/system.ts';
import { checkPort } from '../local/http/server.ts';
import { LocalError } from '../local/local-error.ts';
import { build } from './build.ts';
import { checkCredentials, hasForeignFiles, isState, type LocalStack, startLocalStack } from './local-stack.ts';
import { playTour } from './tour.ts';

const root = resolve(import.meta.dirname, '..');

interface Options {
  readonly port: number;
  readonly state: string;
  readonly fresh: boolean;
  readonly exit: boolean;
  readonly config?: string;
  readonly allowWrites: boolean;
  readonly quiet: boolean;
}

const program = new Command('npm start --')
  .description('Builds the functions, deploys them into a local AWS with a simulated ERP, plays a tour, and stays up.')
  .option('--port <n>', 'port of the local AWS, 0 = any', portOf, 4510)
  .option('--state <dir>', 'where everything durable is kept', '.countersign')
  .option('--fresh', 'start from an empty state', false)
  .option('--exit', 'end after the tour: 0 if every step was as it should be, else 1', false)
  .option('--config <file>', 'another configuration; one with a real system has no tour and is read-only')
  .option('--allow-writes', 'let agents write to real systems of --config', false)
  .option('--quiet', 'say only what is needed', false)
  .action((options: Options) => run(options));

function portOf(given: string): number {
  const port = Number(given);
  if (!/^\d{1,5}$/.test(given) || port > 65_535) throw new InvalidArgumentError('use a number from 0 to 65535');
  return port;
}

async function run(options: Options): Promise<void> {
  const say = (line = '') => options.quiet || console.log(line);
  const state = resolve(options.state);
  if (options.fresh) clear(state);
  if (hasForeignFiles(state))
    throw new ConfigurationError(
      '--state',
      `${state} holds other files; name an empty directory, or one that does not exist`,
    );
  const functions = join(root, 'dist', 'functions');
  const file = resolve(options.config ?? join(root, 'countersign.config.ts'));
  const configuration = await configured(file, options);
  const credentials = credentialsFrom(process.env, configuration);
  // Before anything takes time.
  checkCredentials(configuration, credentials);
  await checkPort(options.port);
  const simulated = !Object.values(configuration.systems).some(isReal);
  await build({ out: functions, ...(options.config && { config: file }) });
  const from = performance.now();
  const stack = await startLocalStack({
    configuration,
    functions,
    state,
    port: options.port,
    credentials,
  });
  const stop = stopping(stack);
  say(
    `${pc.bold('Countersign')} runs at ${stack.apiUrl}, ready in ${((performance.now() - from) / 1000).toFixed(1)} s.\n`,
  );
  const good = simulated ? await tour(stack, say) : true;
  if (!simulated)
    say(`No tour: ${file} names a real system. Agents can ${options.allowWrites ? 'read and write' : 'only read'}.`);
  if (options.exit) return stop(good ? 0 : 1);
  if (simulated) say(whatNext(stack, options.state));
}

/** A real system is read-only until somebody says otherwise: without its write tools there is no route, no function and no credential. */
async function configured(file: string, { allowWrites }: Options): Promise<Configuration> {
  if (!existsSync(file)) throw new ConfigurationError('--config', `there is no file ${file}`);
  const { default: define }: { default?: ConfigurationByStage } = await import(pathToFileURL(file).href);
  if (typeof define !== 'function')
    throw new ConfigurationError('--config', `${file} has no default export of defineConfig`);
  const configuration = configurationFor(define, 'local');
  if (allowWrites) return configuration;
  const systems = Object.entries(configuration.systems).map(([name, system]) => {
    const tools = isReal(system) ? system.tools.filter(({ contract }) => accessOf(contract) === 'read') : system.tools;
    return [name, { ...system, tools }];
  });
  if (!Object.values(configuration.systems).some(isReal)) return configuration;
  // A saga writes: where one of its systems is only read, none is started.
  const agents = Object.entries(configuration.agents).map(([name, { sagas: _, ...agent }]) => [name, agent]);
  return { ...configuration, systems: Object.fromEntries(systems), sagas: [], agents: Object.fromEntries(agents) };
}

/** `COUNTERSIGN_<SYSTEM>_SECRET`: the JSON of a real system's credential; it goes into the local Secrets Manager only. */
function credentialsFrom(environment: NodeJS.ProcessEnv, { systems }: Configuration): Record<string, unknown> {
  const given = Object.keys(systems).flatMap((name) => {
    const variable = `COUNTERSIGN_${name.toUpperCase()}_SECRET`;
    const value = environment[variable];
    if (value === undefined) return [];
    try {
      return [[name, JSON.parse(value)]];
    } catch {
      throw new ConfigurationError(variable, 'is not JSON');
    }
  });
  return Object.fromEntries(given);
}

async function tour(stack: LocalStack, say: (line?: string) => void): Promise<boolean> {
  let number = 0;
  const good = await playTour(stack, ({ title, lines, asExpected }) => {
    number++;
    say(`${asExpected ? pc.green('✓') : pc.red('✗')} ${String(number).padStart(2)}  ${title}`);
    for (const line of lines) say(`      ${pc.dim(line)}`);
  });
  say();
  if (!good) console.error('A step of the tour was not as it should be.');
  return good;
}

const whatNext = ({ apiUrl, systems }: LocalStack, state: string): string =>
  [
    'It stays up. Try, in another terminal:',
    '  npx countersign tools',
    '  npx countersign call erp_get_purchase_order --input \'{"order":"4500000001"}\'',
    '  npx countersign operations list',
    '  npx countersign journal tail',
    `  curl ${systems['erp']?.controlUrl}/_sim/faults     # what the ERP can be told to do wrong`,
    `Agents call ${apiUrl}; their keys are in ${state}/endpoints.json. Ctrl-C stops it; nothing is lost.`,
  ].join('\n');

/** Ends the stack once, whoever asks first. */
function stopping(stack: LocalStack): (code: number) => Promise<void> {
  let ending: Promise<void> | undefined;
  const stop = (code: number): Promise<void> => {
    process.exitCode = code;
    ending ??= stack.close();
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));
  return stop;
}

function clear(state: string): void {
  if (existsSync(state) && !isState(state))
    throw new ConfigurationError('--fresh', `${state} does not look like a state directory; nothing was deleted`);
  rmSync(state, { recursive: true, force: true });
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigurationError) && !(error instanceof LocalError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
