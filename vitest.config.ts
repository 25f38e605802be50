import { defineConfig } from 'vitest/config';

/** What leaves nothing behind: these files share a process and what they import, which halves their time. */
const sharing = [
  'bin/cli',
  'connectors',
  'contracts',
  'lib/core',
  'lib/people',
  'lib/protocols',
  'lib/simulation',
  'local',
].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    globals: false,
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: 'test/shared-builds.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: sharing } },
    ],
  },
});
