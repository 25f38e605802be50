/** The whole product on this machine, for a bench: arguments are the state directory and the folder of built functions. Prints its endpoints as one line of JSON when it is ready. */
import { startLocalStack } from '../../bin/local-stack.ts';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import define from '../unasked.config.ts';

const [state = '', functions = ''] = process.argv.slice(2);
const stack = await startLocalStack({ configuration: configurationFor(define, 'local'), functions, state, port: 0 });
process.once('SIGTERM', () => void stack.close());
const { apiUrl, region, agents } = stack;
console.log(JSON.stringify({ apiUrl, region, agents }));
