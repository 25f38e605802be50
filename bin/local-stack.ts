import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { systemsAsking } from '../lib/core/approval/systems-asking.ts';
import type { Configuration } from '../lib/core/config.ts';
import { ConfigurationError } from '../lib/core/configuration-error.ts';
import type { Origins } from '../lib/core/connector.ts';
import { type Access, accessOf, isLedger, isReal, type System } from '../lib/core/system.ts';
import { synthesize } from '../lib/synthesize.ts';
import { type LocalAws, startLocalAws } from '../local/local-aws.ts';
import { writePrivateFile } from '../local/state.ts';
import { freePort } from './free-port.ts';
import { enrolApprovers, type LocalApprover } from './local-approvers.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';

/** Accounts of AWS never start with six zeros: nobody takes this one for a real one. */
const localAccount = '000000000000';

/** What to run on this machine. */
export interface LocalStackOptions {
  readonly configuration: Configuration;
  /** Folder of the built functions. */
  readonly functions: string;
  /** Directory of everything durable. */
  readonly state: string;
  /** Port of the local AWS; 0 = any. */
  readonly port: number;
  /** Credentials of systems that are not simulated, `<SYSTEM>` -> what its connector calls a secret. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly log?: Parameters<typeof startLocalAws>[0]['log'];
}

/** What `<state>/endpoints.json` holds, readable by its owner only. */
export interface Endpoints {
  readonly apiUrl: string;
  readonly region: string;
  readonly pid: number;
  readonly agents: Readonly<Record<string, Caller>>;
  readonly operators: Readonly<Record<string, Caller>>;
  readonly systems: Readonly<Record<string, { readonly baseUrl: string; readonly controlUrl?: string }>>;
  /** Where the mails are shown that were sent. */
  readonly mailUrl: string;
  /** Where approvers decide; only where some grant asks for approval. */
  readonly peopleUrl?: string;
  /** What approvers sign in with, by name. */
  readonly approvers: Readonly<Record<string, LocalApprover>>;
}

/** Keys of a role. */
export interface Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly roleArn: string;
}

/** The whole product on this machine. */
export interface LocalStack extends Endpoints {
  readonly aws: LocalAws;
  readonly simulators: Readonly<Record<string, SimulatorProcess>>;
  close(): Promise<void>;
}

/** Synthesizes the configuration, deploys it into a local AWS, starts the simulators that it names. After an error nothing is left running. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { configuration, state, functions } = options;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const ports = await simulatorPorts(configuration);
  const placed = withOrigins(configuration, ports);
  const outdir = join(state, 'cdk.out');
  rmSync(outdir, { recursive: true, force: true });
  // Links in mails are made of the address, which therefore is known before anything is deployed.
  const port = options.port || (await freePort());
  const peopleUrl = `http://127.0.0.1:${port}${peoplePath}`;
  const assembly = synthesize({ configuration: placed, stage: 'local', functions, outdir, peopleUrl });
  const aws = await startLocalAws({
    state: join(state, 'aws'),
    port,
    assembly: plainAssembly(assembly),
    roles: [...rolesOf(configuration), deployer],
    basePaths: { 'countersign-local-people': peoplePath },
    // A real system's credential is never stored.
    secretsInMemory: Object.values(configuration.systems).some(isReal),
    ...(options.log && { log: options.log }),
  });
  const simulators: Record<string, SimulatorProcess> = {};
  const close = async () => {
    rmSync(join(state, 'endpoints.json'), { force: true });
    await Promise.all([aws.close(), ...Object.values(simulators).map((simulator) => simulator.close())]);
  };
  try {
    for (const [name, simulatorPort] of Object.entries(ports)) {
      const module = configuration.systems[name]?.simulator ?? '';
      simulators[name] = await startSimulatorProcess(module, {
        state: join(state, 'systems', name),
        port: simulatorPort,
      });
    }
    const asksPeople = systemsAsking(configuration).length > 0;
    const approvers = await withSecrets(aws, async (client) => {
      await putCredentials(client, placed, { ...credentialsOf(simulators), ...options.credentials });
      return asksPeople ? enrolApprovers(client, configuration) : {};
    });
    const endpoints = {
      ...endpointsOf(aws, placed, simulators),
      ...{ mailUrl: `${aws.origin}/_local/mail`, ...(asksPeople && { peopleUrl }), approvers },
    };
    writePrivateFile(join(state, 'endpoints.json'), `${JSON.stringify(endpoints, null, 2)}\n`);
    return { ...endpoints, aws, simulators, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Simulators get their ports before the synthesis, which puts their addresses into the template. */
async function simulatorPorts({ systems }: Configuration): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const [name, { origins, simulator }] of Object.entries(systems)) {
    if (origins !== 'simulator') continue;
    if (!simulator) throw new ConfigurationError(`systems.${name}.origins`, 'this kind of system has no simulator');
    ports[name] = await freePort();
  }
  return ports;
}

function withOrigins(configuration: Configuration, ports: Readonly<Record<string, number>>): Configuration {
  const place = ([name, system]: [string, System]): [string, System] => {
    const port = ports[name];
    return [name, port === undefined ? system : { ...system, origins: simulatedOrigins(port) }];
  };
  return { ...configuration, systems: Object.fromEntries(Object.entries(configuration.systems).map(place)) };
}

const simulatedOrigins = (port: number): Origins => ({
  api: `http://127.0.0.1:${port}`,
  token: `http://127.0.0.1:${port}/oauth2/token`,
});

/** The assembly as plain objects: the local AWS knows nothing of the CDK. */
function plainAssembly(assembly: CloudAssembly): Parameters<typeof startLocalAws>[0]['assembly'] {
  const directories = new Map<string, string>();
  for (const artifact of assembly.artifacts) {
    if (!('contents' in artifact)) continue;
    const { files = {} } = artifact.contents as { files?: Record<string, AssetFile> };
    for (const { source, destinations } of Object.values(files))
      for (const { objectKey } of Object.values(destinations))
        if (source.path) directories.set(objectKey, join(assembly.directory, source.path));
  }
  return {
    stacks: assembly.stacks.map(({ stackName: name, template }) => ({ name, template })),
    assetDirectory: (objectKey) => directories.get(objectKey),
  };
}

interface AssetFile {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

const rolesOf = ({ agents, operators }: Configuration) => [
  ...Object.entries(agents).map(([name, { role }]) => ({ name, kind: 'agent' as const, roleArn: localArn(role) })),
  ...Object.entries(operators).map(([name, { role }]) => ({
    name,
    kind: 'operator' as const,
    roleArn: localArn(role),
  })),
];

/** Where the people's API is, beside the agents' at the root. */
const peoplePath = '/people';

/** Stands for the person who deploys, then puts the systems' credentials in and enrols approvers; may do nothing else. */
const deployer = {
  name: 'deployer',
  kind: 'deployer' as const,
  roleArn: `arn:aws:iam::${localAccount}:role/deployer`,
  policy: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: '*' },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*:secret:countersign/local/approvers-*' },
    ],
  },
};

const localArn = (role: string): string => (role.startsWith('arn:') ? role : `arn:aws:iam::${localAccount}:${role}`);

const credentialsOf = (
  simulators: Readonly<Record<string, SimulatorProcess>>,
): Record<string, Record<Access, unknown>> =>
  Object.fromEntries(
    Object.entries(simulators).map(([name, { credentials }]) => [
      name,
      { read: credentials.read, write: credentials.write },
    ]),
  );

async function withSecrets<T>(aws: LocalAws, run: (client: SecretsManagerClient) => Promise<T>): Promise<T> {
  const client = new SecretsManagerClient({
    endpoint: aws.origin,
    region: aws.region,
    credentials: aws.credentials(deployer.name),
  });
  return run(client).finally(() => client.destroy());
}

/** Throws `ConfigurationError` for the first real system that nobody has given a credential for. */
export function checkCredentials({ systems }: Configuration, given: Readonly<Record<string, unknown>>): void {
  for (const [name, system] of Object.entries(systems))
    if (isReal(system) && given[name] === undefined) throw withoutCredential(name);
}

const withoutCredential = (system: string): ConfigurationError =>
  new ConfigurationError(
    `systems.${system}`,
    `has no credential: set COUNTERSIGN_${system.toUpperCase()}_SECRET to its JSON`,
  );

/** As a team does after its first deploy: the secrets are made empty, a person puts the credentials in. */
async function putCredentials(
  client: SecretsManagerClient,
  { systems }: Configuration,
  credentials: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [system, { origins, tools }] of Object.entries(systems)) {
    if (isLedger({ origins })) continue;
    for (const access of new Set<Access>(['read', ...tools.map(({ contract }) => accessOf(contract))])) {
      const given = credentials[system];
      const secret =
        typeof given === 'object' && given !== null && access in given
          ? Object.entries(given).find(([key]) => key === access)?.[1]
          : given;
      if (secret === undefined) throw withoutCredential(system);
      await client.send(
        new PutSecretValueCommand({
          SecretId: `countersign/local/${system}/${access}`,
          SecretString: JSON.stringify(secret),
        }),
      );
    }
  }
}

function endpointsOf(
  aws: LocalAws,
  { agents, operators, systems }: Configuration,
  simulators: Readonly<Record<string, SimulatorProcess>>,
): Omit<Endpoints, 'mailUrl' | 'peopleUrl' | 'approvers'> {
  const keys = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, callerOf(aws, name)]));
  const addresses = Object.entries(systems).flatMap(([name, { origins }]) => {
    if (typeof origins === 'string') return [];
    const simulator = simulators[name];
    const baseUrl = simulator?.baseUrl ?? origins['api'] ?? '';
    return [[name, { baseUrl, ...(simulator && { controlUrl: simulator.controlUrl }) }]];
  });
  return {
    apiUrl: aws.apiUrl,
    region: aws.region,
    pid: process.pid,
    agents: keys(Object.keys(agents)),
    operators: keys(Object.keys(operators)),
    systems: Object.fromEntries(addresses),
  };
}

function callerOf(aws: LocalAws, name: string): Caller {
  const { accessKeyId, secretAccessKey, roleArn } = aws.credentials(name);
  return { accessKeyId, secretAccessKey, roleArn };
}

const ours = ['aws', 'systems', 'cdk.out', 'endpoints.json'];

/** Whether a directory holds something that no local stack has put there. */
export const hasForeignFiles = (directory: string): boolean =>
  existsSync(directory) && readdirSync(directory).some((name) => !ours.includes(name));

/** Whether a directory holds the state of a local stack. */
export const isState = (directory: string): boolean => existsSync(join(directory, 'aws', 'version'));
