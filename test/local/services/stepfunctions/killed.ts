// Started by durability.test.ts: deploys machines, starts executions, reports what functions are called with, and is killed.
import { writeSync } from 'node:fs';
import { localClock } from '../../../../local/clock.ts';
import { stepFunctionsService } from '../../../../local/services/stepfunctions/stepfunctions.ts';
import { openState } from '../../../../local/state.ts';
import { deploy, localContext } from '../local-context.ts';

const [state = '', machines = '{}', started = '[]'] = process.argv.slice(2);
const { database } = openState(state);
const base = localContext(database);
const context = { ...base, clock: localClock({ host: base.clock.now }) };
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);
const { service, executions } = stepFunctionsService({
  context,
  functions: {
    arnOf: (name) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    async invoke(name, event) {
      say({ name, event: JSON.parse(event) });
      if (name === 'slow') await new Promise(() => {});
      if (name === 'busy') return { failed: true, payload: '{"errorType":"Erp.Busy"}' };
      return { failed: false, payload: event };
    },
  },
  allowed: () => true,
  trusts: () => true,
  log: (text) => say({ log: text }),
});
for (const [StateMachineName, DefinitionString] of Object.entries(JSON.parse(machines))) {
  const RoleArn = 'arn:aws:iam::123456789012:role/machine';
  await deploy(service, 'AWS::StepFunctions::StateMachine', { StateMachineName, RoleArn, DefinitionString });
}
executions.start();
for (const [machine, name, input] of JSON.parse(started)) {
  const stateMachineArn = `arn:aws:states:eu-central-1:123456789012:stateMachine:${machine}`;
  const start = { stateMachineArn, name, input: JSON.stringify(input) };
  service.actions.StartExecution.run({ input: start, principal: 'arn:aws:iam::123456789012:role/test' });
}
setInterval(() => executions.drained() && say({ drained: true }), 5);
