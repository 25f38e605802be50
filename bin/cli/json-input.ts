import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';

/**
 * The text that `--input` names: JSON, `@file`, or `-` for standard input. It stays as it was given: what is not JSON
 * is found here, all else is for the service to judge. Throws `CliError` (usage).
 */
export async function jsonInput(given: string, host: Host): Promise<string> {
  const text = await inputText(given, host);
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new CliError(exitCode.usage, `--input is not JSON: ${cause instanceof Error ? cause.message : ''}`, {
      next: `Give JSON such as '{"item":"RM-6204"}', @file, or - for standard input.`,
      cause,
    });
  }
}

async function inputText(given: string, { directory, terminal }: Host): Promise<string> {
  if (given === '-') return terminal.input();
  if (!given.startsWith('@')) return given;
  try {
    return readFileSync(resolve(directory, given.slice(1)), 'utf8');
  } catch (cause) {
    throw new CliError(exitCode.usage, `--input: ${given.slice(1)} cannot be read.`, { cause });
  }
}
