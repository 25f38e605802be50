import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel was built with. */
const tickMs = 10;

/** Whether this machine tells what other processes have used. */
export const tellsCpuTime = existsSync('/proc/self/stat');

/** CPU time that processes and all below them have used so far, in ms; those in `without` and below are left out. */
export function cpuTimeOf(roots: readonly number[], without: readonly number[] = []): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(statOf);
  const total = (pid: number): number => {
    if (without.includes(pid)) return 0;
    const own = all.find((each) => each.pid === pid)?.cpuMs ?? 0;
    return all.filter(({ parent }) => parent === pid).reduce((sum, child) => sum + total(child.pid), own);
  };
  return roots.reduce((sum, root) => sum + total(root), 0);
}

/** Nothing for a process that has ended meanwhile. */
function statOf(pid: string): { readonly pid: number; readonly parent: number; readonly cpuMs: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may contain anything; behind it: state, parent, ..., user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * tickMs;
    return [{ pid: Number(pid), parent: Number(fields[1]), cpuMs }];
  } catch {
    return [];
  }
}
