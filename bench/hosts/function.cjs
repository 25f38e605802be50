'use strict';
// A function's own process. Arguments: the bundle. Loads it, then answers orders over IPC: { events } is carried out one
// after the other and answered by { statuses, cpuMs }.
const { handler } = require(process.argv[2]);

const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 29_000,
};

/** What API Gateway makes of a function that throws. */
const asGateway = (error) => ({ statusCode: 502, body: String(error) });

async function carryOut({ events }) {
  const statuses = [];
  let body = '';
  const before = process.cpuUsage();
  for (const event of events) {
    const answer = await handler(JSON.parse(event), context).catch(asGateway);
    statuses.push(answer.statusCode);
    body = answer.body;
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ statuses, body, cpuMs: (user + system) / 1000 });
}

process.on('message', (order) => void carryOut(order));
process.on('disconnect', () => process.exit(0));
