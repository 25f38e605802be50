import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

interface Replacement {
  /** As an import spells it. */
  readonly module: RegExp;
  /** JavaScript that stands in for it. */
  readonly contents: string;
}

const selections: Replacement = {
  // Powertools selects key and payload by JMESPath; our selections are names of members.
  module: /^@aws-lambda-powertools\/jmespath/,
  contents: `
    export const search = (name, value) => {
      if (!/^[a-z]+$/i.test(name)) throw new Error('only names of members can be selected, not ' + name);
      return value[name];
    };
    export class PowertoolsFunctions {}`,
};
const credentials: Replacement = {
  // Lambda's credentials are in the environment, and the clients are given them; the SDK would search ten places.
  module: /^@aws-sdk\/credential-provider-node$/,
  contents: `
    export const defaultProvider = () => async () => {
      throw new Error('credentials come from the environment of the function');
    };`,
};
const endpointCache: Replacement = {
  // For endpoint discovery, which is off unless asked for.
  module: /^@aws-sdk\/endpoint-cache$/,
  contents: 'export class EndpointCache {}',
};
const profiles: Replacement = {
  // A function has an environment, and no home directory with profiles in it.
  module: /^\.\.?\/(shared-ini-file-loader\/)?loadSharedConfigFiles$/,
  contents: `
    export const CONFIG_PREFIX_SEPARATOR = '.';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
};

const eventHeaders: Replacement = {
  // Every signer makes one; only event streams are signed with it.
  module: /^\.\/HeaderFormatter$/,
  contents: 'export class HeaderFormatter {}',
};
const bytes: Replacement = {
  // Bytes that middleware of a user's may still take for a string, as a request's body once was one: ours does not look.
  module: /^\.\/JsonBytesStringAdapter$/,
  contents: 'export const JsonBytesStringAdapter = { allocUnsafe: (size) => Buffer.allocUnsafe(size) };',
};

const replacements = [selections, credentials, endpointCache, profiles, eventHeaders, bytes];

/** Leaves out of a bundle what a function of ours never runs: a quarter of it, and of its start. */
export const leanBundle = ({ describes }: { readonly describes: boolean }): Plugin => ({
  name: 'lean-bundle',
  setup({ onResolve, onLoad }) {
    // What the SDK loads on demand is other ways to sign in and event streams: no function has either.
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
    for (const { module, contents } of replacements) {
      const namespace = `instead of ${module.source}`;
      onResolve({ filter: module }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /.*/, namespace }, () => ({ contents }));
    }
    // Every zod schema can describe itself, and contracts explain themselves to approvers: few functions ask.
    for (const filter of describes ? neverCalled : [jsonSchema, briefings, ...neverCalled])
      onLoad({ filter }, ({ path }) => ({ contents: absentExports(path) }));
    if (!describes) onLoad({ filter: contracts }, ({ path }) => ({ contents: withoutExamples(path), loader: 'ts' }));
    onLoad({ filter: schemaMethods }, ({ path }) => ({ contents: withoutStringFormats(path) }));
    onLoad({ filter: clientSchemas }, ({ path }) => ({ contents: withoutErrorClasses(path) }));
    // SDK clients read their own version from a file of several KB.
    onLoad({ filter: /@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, ({ path }) => {
      const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
});

const contracts = /[\\/]contracts[\\/][^\\/]+\.ts$/;
const examples = /^ {2}examples: \[\n[\s\S]*?^ {2}\],$/m;

/** A contract without its examples, which are for those who read about it. */
const withoutExamples = (path: string): string =>
  readFileSync(path, 'utf8').replace(examples, '  examples: [] as never,');

const briefings = /[\\/]contracts[\\/]briefings[\\/][^\\/]+\.ts$/;
const jsonSchema = /zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/;

const neverCalled = [
  // Hashing without node:crypto, retries that slow all calls down, asking an instance for its region, the S3 client's buckets.
  /@smithy[\\/]core[\\/].*[\\/](Sha256Js|AdaptiveRetryStrategy|getInstanceMetadataRegion|service-customizations[\\/]s3)\.js$/,
  // Logs held back until an error, and records kept in memory: Powertools does either where it is told to.
  /@aws-lambda-powertools[\\/](logger[\\/]lib[\\/]esm[\\/]logBuffer|commons[\\/]lib[\\/]esm[\\/]LRUCache)\.js$/,
];

const clientSchemas = /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;
/** Errors that carry more than their name and message, and that we look into. All others arrive as their client's base error. */
const errorClasses = ['ConditionalCheckFailedException'];

/** A client's schemas, without the classes of errors of which the name is enough. */
function withoutErrorClasses(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^n0_registry\.registerError\((\w+)\$, \1\);$/gm, (line, name) =>
    errorClasses.includes(name) ? line : '',
  );
}

const schemaMethods = /zod[\\/]v4[\\/]classic[\\/]schemas\.js$/;
const stringFormat =
  /^ {4}(\w+)\(params\) \{\n {8}return this\.check\(core\._(?!iso)\w+\(Zod\w+, params\)\);\n {4}\},$/gm;

/**
 * Zod's schemas without what `z.string().email()` and its like bring along: `z.email()` says the same and comes alone.
 * Its tools are imported as what they are; by way of an object that holds them all, none could be left out.
 */
function withoutStringFormats(path: string): string {
  const source = readFileSync(path, 'utf8');
  const lean = source
    .replaceAll(stringFormat, '    $1: absentFormat,')
    .replace('import { util } from "../core/index.js";', 'import * as util from "../core/util.js";')
    .replaceAll('core.util.', 'util.');
  return `${lean}
    function absentFormat() { throw new Error('formats of z.string() are left out: write z.email() for z.string().email()'); }`;
}

/** A module with the same exports, each of which throws when it is called. */
function absentExports(path: string): string {
  const found = readFileSync(path, 'utf8').matchAll(/^export (?:(?:const|function|class) |\{ )(\w+)/gm);
  const names = new Set([...found].map(([, name]) => name));
  return [
    `function absent() { throw new Error('${basename(path)} is left out of this bundle'); }`,
    ...[...names].map((name) => `export const ${name} = absent;`),
  ].join('\n');
}
