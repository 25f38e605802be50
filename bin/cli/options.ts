import { InvalidArgumentError } from 'commander';
import * as z from 'zod';

/** Parses an option that is a whole number within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };

/** Parses an option that is a UTC day. */
export function day(text: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new InvalidArgumentError('Give a day as 2026-01-31.');
}

/** The examples at the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ npx countersign ${line}`).join('\n')}`;

/** Who calls, where the tools of agents are meant. */
export const agentOption = ['--agent <name>', 'who calls (local stack: the first agent unless given)'] as const;

/** Who asks, where the administrative routes are meant. */
export const operatorOption = ['--operator <name>', 'who asks (local stack: the first operator unless given)'] as const;
