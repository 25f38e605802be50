import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Contract } from '../../lib/core/contract.ts';
import { errorTable } from '../../lib/core/errors.ts';

const files = globSync('contracts/*.ts')
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'shapes')
  .toSorted();

const camel = (name: string): string => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function contractOf(file: string): Promise<Contract> {
  const module: Record<string, Contract> = await import(`../../contracts/${file}.ts`);
  const contract = module[camel(file)];
  if (!contract) throw new Error(`contracts/${file}.ts exports no ${camel(file)}.`);
  return contract;
}

test.each(files)('%s has one name in three cases, known errors, and examples that fit it', async (file) => {
  const { name, errors, examples, input, output, summary } = await contractOf(file);
  expect(name).toBe(file.replaceAll('-', '_'));
  expect(summary).toMatch(/^[A-Z].*\.$/);
  for (const code of errors) expect(Object.keys(errorTable)).toContain(code);
  for (const example of examples) {
    expect(input.safeParse(example.input).error).toBeUndefined();
    expect(output.safeParse(example.output).error).toBeUndefined();
  }
});

test.each(files)('%s becomes JSON Schema, closed for unknown fields', async (file) => {
  const { input, output } = await contractOf(file);
  for (const schema of [input, output]) expect(z.toJSONSchema(schema, { io: 'input' })).toBeTypeOf('object');
  expect(z.toJSONSchema(input, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false });
});
