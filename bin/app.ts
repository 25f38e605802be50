import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import configure from '../countersign.config.ts';
import { configurationFor } from '../lib/core/check-configuration.ts';
import { ConfigurationError } from '../lib/core/configuration-error.ts';
import { synthesize } from '../lib/synthesize.ts';

const functions = join(import.meta.dirname, '..', 'dist', 'functions');

/** `-c name=value` of the CDK's command line. */
const context = (name: string): unknown => new App({ autoSynth: false }).node.tryGetContext(name);

const rules = (app: App): void =>
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

function main(): void {
  const stage = String(context('stage') ?? process.env['STAGE'] ?? 'dev');
  const configuration = configurationFor(configure, stage);
  if (!existsSync(join(functions, 'tools', 'index.cjs')))
    throw new ConfigurationError('dist/functions', 'the functions are not built; run npm run build first');
  synthesize({
    configuration,
    stage,
    functions,
    outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out',
    rules,
    ...(context('attachPolicies') !== undefined && { attachPolicies: String(context('attachPolicies')) === 'true' }),
  });
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
