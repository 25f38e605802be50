import * as z from 'zod';
import { tierShape } from '../approval/check-settings.ts';
import type { Configuration } from '../config.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { problemsOfSaga } from './check-saga.ts';
import { boundIn, deployedSagas, sagaSystem, systemFor } from './deployed.ts';
import { callsOf, isUndoable, isWrite, type Saga } from './saga.ts';

/** A most, as a team writes it. */
export const money = z.strictObject({
  amount: z.string().regex(/^\d+(\.\d+)?$/, 'use a decimal string'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code'),
});

/** What an agent may do with one saga, as a team writes it. */
export const sagaGrantShape = z.strictObject({
  level: z.enum(['off', 'auto']),
  steps: z
    .record(z.string(), z.strictObject({ limit: money.optional(), approval: z.array(tierShape).optional() }))
    .optional(),
});

/** Refuses sagas that are not sound, or that no system carries out, and grants for what is not there. Throws `ConfigurationError`. */
export function checkSagas(configuration: Configuration): void {
  const sagas = deployedSagas(configuration);
  const names = sagas.map(({ saga }) => saga.name);
  for (const deployed of sagas) {
    const { saga } = deployed;
    const field = `sagas.${saga.name}`;
    if (!/^[a-z][a-z0-9_]{0,40}$/.test(saga.name))
      throw new ConfigurationError(field, 'use lower-case letters, digits and underscores');
    if (names.indexOf(saga.name) !== names.lastIndexOf(saga.name))
      throw new ConfigurationError(field, 'is there twice');
    if (toolIds(configuration).has(saga.name)) throw new ConfigurationError(field, 'has the name of a tool');
    const [problem] = problemsOfSaga(saga);
    if (problem !== undefined) throw new ConfigurationError(field, problem);
    boundIn(deployed, configuration);
    for (const { name, contract } of callsOf(saga.steps).filter(isUndoable)) {
      const [done, undone] = [contract, contract.undoneBy?.contract ?? contract].map((each) =>
        systemFor(deployed, each, configuration),
      );
      if (done?.system !== undone?.system)
        throw new ConfigurationError(
          `${field}.on`,
          `${name} is done in ${done?.system} and undone in ${undone?.system}`,
        );
    }
  }
  if (sagas.length > 0 && Object.hasOwn(configuration.systems, sagaSystem))
    throw new ConfigurationError(`systems.${sagaSystem}`, 'is what sagas are called by');
  checkGrants(configuration, new Map(sagas.map(({ saga }) => [saga.name, saga])));
}

const toolIds = ({ systems }: Configuration): ReadonlySet<string> =>
  new Set(
    Object.entries(systems).flatMap(([system, { tools }]) => tools.map(({ contract }) => `${system}_${contract.name}`)),
  );

function checkGrants({ agents }: Configuration, sagas: ReadonlyMap<string, Saga>): void {
  for (const [agent, { sagas: granted = {} }] of Object.entries(agents))
    for (const [name, { level, steps = {} }] of Object.entries(granted)) {
      const field = `agents.${agent}.sagas.${name}`;
      const saga = sagas.get(name);
      if (!saga) throw new ConfigurationError(field, 'there is no such saga');
      const writes = new Map(
        callsOf(saga.steps)
          .filter(isWrite)
          .map((step) => [step.name, step]),
      );
      for (const [step, { limit, approval }] of Object.entries(steps)) {
        const call = writes.get(step);
        if (!call) throw new ConfigurationError(`${field}.steps.${step}`, `${name} has no such write`);
        if (limit && !call.contract.amountOf)
          throw new ConfigurationError(`${field}.steps.${step}.limit`, `calls of ${call.contract.name} have no amount`);
        if (approval && !call.approval)
          throw new ConfigurationError(`${field}.steps.${step}.approval`, 'the saga does not wait for people there');
      }
      const unasked = [...writes.values()].find((step) => step.approval && !steps[step.name]?.approval);
      if (level === 'auto' && unasked)
        throw new ConfigurationError(`${field}.steps.${unasked.name}.approval`, 'say who approves what');
    }
}
