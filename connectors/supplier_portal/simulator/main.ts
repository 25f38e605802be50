import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    state: { type: 'string' },
    'max-server-time': { type: 'string' },
  },
});

const whole = (name: string, value: string): number => {
  if (!/^\d{1,10}$/.test(value)) throw new Error(`--${name} takes a whole number, not '${value}'.`);
  return Number(value);
};

const start = async () => {
  const { close, ...endpoints } = await startSimulator({
    port: whole('port', values.port),
    ...(values.state !== undefined && { state: values.state }),
    ...(values['max-server-time'] !== undefined && {
      maxServerTime: whole('max-server-time', values['max-server-time']),
    }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify(endpoints)}\n`);
};

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
