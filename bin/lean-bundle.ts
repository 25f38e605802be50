import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Leaves out of a bundle what a function of ours never runs; a quarter of it, and of its start, otherwise. */
export const leanBundle: Plugin = {
  name: 'lean-bundle',
  setup({ onResolve, onLoad }) {
    // What the SDK loads on demand is other ways to sign in (Lambda's is the environment) and event streams (none here).
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
    // The idempotency module selects by JMESPath; our selections are names of members.
    onResolve({ filter: /^@aws-lambda-powertools\/jmespath/ }, ({ path }) => ({ path, namespace: 'member-names' }));
    onLoad({ filter: /.*/, namespace: 'member-names' }, () => ({ contents: memberNames }));
    // SDK clients read their own version from a file of several KB.
    onLoad({ filter: /@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, ({ path }) => {
      const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const memberNames = `
export const search = (name, value) => {
  if (!/^[a-z]+$/i.test(name)) throw new Error('only names of members can be selected, not ' + name);
  return value[name];
};
export class PowertoolsFunctions {}
`;
