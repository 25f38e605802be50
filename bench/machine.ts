import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers were measured on. `load`: processes that wanted a core in the last minute, on average. */
export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly load: number;
}

/** The machine as it is now. */
export const machine = (): Machine => ({
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  load: loadavg()[0] ?? 0,
});
