#!/usr/bin/env node
// Plain JavaScript for any Node since 18: finds the Node that the rest needs and hands over to it.
'use strict';
const { existsSync, realpathSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { delimiter, join, resolve } = require('node:path');

const neededMajor = 24;
const root = resolve(__dirname, '..');
const binaries = join(root, 'node_modules', '.bin');
/** What is not one of these is for the operators' command line. */
const scripts = { start: 'start.ts', build: 'build.ts', test: 'check.ts', app: 'app.ts' };

/** The Node that runs this, if it is new enough; else the one that `npm ci` brought along. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  const names = process.platform === 'win32' ? ['node.exe', 'node.cmd'] : ['node'];
  const found = names.map((name) => join(binaries, name)).find((path) => existsSync(path));
  return found && realpathSync(found);
}

const node = findNode();
if (!node) {
  const has = `this is Node ${process.versions.node}, and node_modules holds none for ${process.platform}-${process.arch}`;
  console.error(
    `Countersign needs Node ${neededMajor}: ${has}. Run npm ci, or install Node ${neededMajor} from https://nodejs.org.`,
  );
  process.exit(1);
}

const [command = '', ...rest] = process.argv.slice(2);
const known = Object.hasOwn(scripts, command);
const child = spawn(
  node,
  [join(root, 'bin', known ? scripts[command] : 'countersign.ts'), ...(known ? rest : process.argv.slice(2))],
  { stdio: 'inherit', env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` } },
);

// The child decides when it ends, and this process ends as it did. A terminal's Ctrl-C reaches the child by itself.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
child.on('error', (error) => {
  console.error(`${node} could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
