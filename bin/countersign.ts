#!/usr/bin/env node
import { processHost } from './cli/host.ts';
import { run } from './cli/run.ts';

process.exitCode = await run(process.argv.slice(2), processHost());
