import { pathToFileURL } from 'node:url';
import { startLocalStack } from '../../bin/local-stack.ts';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import type { ConfigurationByStage } from '../../lib/core/config.ts';

/** The whole product in a process of its own: `<configuration> <functions> <state>`; tells its parent where it is. */
const [config = '', functions = '', state = ''] = process.argv.slice(2);
const { default: define }: { default: ConfigurationByStage } = await import(pathToFileURL(config).href);
const configuration = configurationFor(define, 'local');
const stack = await startLocalStack({ configuration, functions, state, port: 0 });
const { apiUrl, region, agents, operators, systems, approvers, mailUrl } = stack;
process.send?.({
  ...{ apiUrl, region, agents, operators, systems, approvers, mailUrl, origin: stack.aws.origin },
  simulators: Object.values(stack.simulators).map(({ pid }) => pid),
});
process.on('disconnect', () => stack.close().then(() => process.exit(0)));
