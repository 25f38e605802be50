/** What a script can tell from how the command ended. */
export const exitCode = { ok: 0, refused: 1, usage: 2, unreachable: 3, pending: 4 } as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The table that `--help` and the documentation show. */
export const exitCodeHelp: readonly (readonly [ExitCode, string])[] = [
  [exitCode.ok, 'done'],
  [exitCode.refused, 'the service refused it or it failed (the problem is shown), or a check found something wrong'],
  [exitCode.usage, 'the command itself is not right: option, argument, name, input, file'],
  [exitCode.unreachable, 'nothing answers: no stack runs here, no network, no credentials'],
  [exitCode.pending, 'not settled: pending, unknown or in review; ask again, never with another key'],
];
