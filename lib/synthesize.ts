import { readFileSync } from 'node:fs';
import { App, AssetStaging, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Deployment } from './constructs/deployment.ts';
import type { Configuration } from './core/config.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** What a deployment is synthesized from. */
export interface SynthesisOptions {
  /** As `configurationFor` returns it. */
  readonly configuration: Configuration;
  readonly stage: string;
  /** Folder of the built functions: `<folder>/<entry>/index.cjs`. */
  readonly functions: string;
  /** Folder that the cloud assembly is written to; a temporary one unless given. */
  readonly outdir?: string;
  /** Puts the policies of agents and operators on their roles; without it, only in stage `local`. */
  readonly attachPolicies?: boolean;
  /** Where people find their pages, without a slash at the end, where that is not the address of their API. */
  readonly peopleUrl?: string;
  /** Adds rules that every template has to pass; CloudFormation's own join them. Without it nothing is checked, which takes a tenth of the time. */
  readonly rules?: (app: App) => void;
}

/** Synthesizes both stacks, in this process, without network; the assembly knows no account and no region. */
export function synthesize({
  configuration,
  stage,
  functions,
  outdir,
  attachPolicies,
  peopleUrl,
  rules,
}: SynthesisOptions): CloudAssembly {
  // The CDK remembers per process what it has staged, also after the folder is gone.
  AssetStaging.clearAssetHashCache();
  const app = new App({
    ...(outdir && { outdir }),
    context: settings(),
    analyticsReporting: false,
    builtinCloudFormationValidation: rules !== undefined,
  });
  const deployment: Deployment = {
    configuration,
    stage,
    functions,
    attachPolicies: attachPolicies ?? stage === 'local',
    peopleUrl,
  };
  const data = new DataStack(app, deployment);
  const service = new ServiceStack(app, deployment, data);
  if (configuration.permissionsBoundary)
    for (const stack of [data, service])
      PermissionsBoundary.of(stack).apply(
        ManagedPolicy.fromManagedPolicyArn(stack, 'PermissionsBoundary', configuration.permissionsBoundary),
      );
  for (const [name, value] of Object.entries({ 'countersign:stage': stage, ...configuration.tags }))
    Tags.of(app).add(name, value);
  rules?.(app);
  return app.synth();
}

/** The feature flags of cdk.json, which otherwise only reach an app that the CDK's command line starts. */
function settings(): Record<string, unknown> {
  const { context }: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
  );
  return context;
}
