import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import { type Configuration, defineConfig } from '../../lib/core/config.ts';
import { defineContract } from '../../lib/core/contract.ts';
import { type System, toolEntry } from '../../lib/core/system.ts';
import { type SynthesisOptions, synthesize } from '../../lib/synthesize.ts';

const never = () => Promise.reject(new Error('synthesis loads no connector'));
const any = z.strictObject({});
const example = [{ input: {}, output: {} }] as const;
const common = { summary: 'A sample.', input: any, output: any, errors: [], examples: example };

const getStock = defineContract({ ...common, name: 'get_stock', effect: 'read' });
const getPurchaseOrder = defineContract({ ...common, name: 'get_purchase_order', effect: 'read' });
const createPurchaseOrder = defineContract({
  ...common,
  name: 'create_purchase_order',
  effect: 'create',
  compare: () => ({ ours: true, deviations: [], exceeds: false }),
});
const cancelPurchaseOrder = defineContract({ ...common, name: 'cancel_purchase_order', effect: 'update' });

const system = { settings: {}, organisation: { default: {} }, load: never };

/** An ERP with two reads and two writes. */
export const erp = {
  ...system,
  kind: 'sample',
  isaLevel: 4,
  origins: { api: 'https://erp.example', token: 'https://erp.example/token' },
  tools: [
    toolEntry(getStock, never),
    toolEntry(getPurchaseOrder, never),
    toolEntry(createPurchaseOrder, never),
    toolEntry(cancelPurchaseOrder, never),
  ],
} as const satisfies System;

/** A MES: it can only be read. */
export const mes = {
  ...system,
  kind: 'sample_mes',
  isaLevel: 3,
  origins: { api: 'https://mes.example' },
  tools: [toolEntry(getStock, never)],
} as const satisfies System;

/** Two systems, three agents with different grants, one operator. */
export const sample = defineConfig(() => ({
  timeZone: 'Europe/Berlin',
  systems: { erp, mes },
  agents: {
    buyer: {
      role: 'role/agents/buyer',
      grants: {
        erp: {
          read: 'all',
          write: { create_purchase_order: { level: 'auto' }, cancel_purchase_order: { level: 'off' } },
        },
        mes: { read: ['get_stock'] },
      },
    },
    reader: { role: 'arn:aws:iam::111122223333:role/reader', grants: { erp: { read: ['get_stock'] } } },
    idle: { role: 'role/idle', grants: {} },
  },
  operators: { operator: { role: 'role/operator' } },
}));

/** The sample's configuration, checked, with some of it replaced. */
export const sampleFor = (stage: string, change: Partial<Configuration> = {}): Configuration =>
  configurationFor((asked) => ({ ...sample(asked), ...change }), stage);

/** The sample with a buyer who needs approval for what is above 5,000 EUR. */
export const asking = {
  agents: {
    ...sample('dev').agents,
    buyer: {
      role: 'role/agents/buyer',
      grants: {
        erp: {
          read: 'all',
          write: {
            create_purchase_order: {
              level: 'approve',
              approval: [{ above: '5000', need: 1, of: ['anna', 'ben'], within: 72 }],
            },
          },
        },
      },
    },
  },
  approvers: {
    anna: { name: 'Anna Example', email: 'anna@example.com' },
    ben: { name: 'Ben Example', email: 'ben@example.com' },
  },
  approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
} as const satisfies Partial<Configuration>;

const scratch = mkdtempSync(join(tmpdir(), 'countersign-infra-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder that stands for the built functions. */
export function emptyFunctions(): string {
  const folder = mkdtempSync(join(scratch, 'functions-'));
  for (const entry of [
    'tools',
    'recover',
    'operations',
    'catalogue',
    'admin',
    'relay',
    'people',
    'approved',
    'replay',
    'rotate',
    'credential-ages',
    'callbacks',
    'sagas',
    'saga-turns',
    'steps',
  ]) {
    mkdirSync(join(folder, entry));
    writeFileSync(join(folder, entry, 'index.cjs'), `exports.handler = async () => '${entry}';\n`);
  }
  return folder;
}

/** The sample, synthesized for a stage. */
export function synthesizeSample(
  stage: string,
  { change, ...options }: Partial<SynthesisOptions> & { readonly change?: Partial<Configuration> } = {},
): CloudAssembly {
  const outdir = mkdtempSync(join(scratch, 'assembly-'));
  return synthesize({
    configuration: sampleFor(stage, change),
    stage,
    functions: emptyFunctions(),
    outdir,
    ...options,
  });
}
