'use strict';
// Runs in the function's own process: loads the handler once and answers the events that come over the IPC channel.
// Arguments: the handler's file, the name of its export, the directory of the code (the working directory).
const [file, exportName] = process.argv.slice(2);

const describe = (thrown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

const send = (message) => {
  if (process.connected) process.send(message);
};

/** Tells the parent why this process cannot go on, and ends once that is on its way. */
const crash = (error) => {
  console.error(error.trace?.join('\n') ?? error.errorMessage);
  if (!process.connected) process.exit(1);
  process.send({ kind: 'crash', error }, () => process.exit(1));
};

const load = () => {
  const module = require(file);
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new Error(`${exportName} is undefined or not exported`);
  return handler;
};

const run = async (handler, { id, event, context, deadline }) => {
  send({ kind: 'started', id });
  try {
    const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
    const result = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
    send({ kind: 'done', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    console.error(error);
    send({ kind: 'failed', id, error: describe(error) });
  }
};

// The parent is gone, in whatever way: nobody would read the answers.
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => crash(describe(error)));
process.on('unhandledRejection', (reason) =>
  crash({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection' }),
);

try {
  const handler = load();
  process.on('message', (message) => run(handler, message));
  send({ kind: 'ready' });
} catch (error) {
  crash({
    ...describe(error),
    errorType: error.code === 'MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : error.name,
  });
}
