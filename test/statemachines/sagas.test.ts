import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import sample from '../../countersign.config.ts';
import { problemsOfMachine } from '../../lib/core/check-state-machine.ts';
import { compile } from '../../lib/core/saga/compile.ts';
import { bindingOf, deployedSagas } from '../../lib/core/saga/deployed.ts';

const configuration = sample('local');

describe.each(
  deployedSagas(configuration).map((deployed) => [deployed.saga.name, deployed] as const),
)('the machine of %s', (name, deployed) => {
  const machine = compile(deployed.saga, bindingOf(deployed, configuration));

  test('is compiled to what reviewers see (vitest --update writes it)', async () => {
    const file = `../../statemachines/asl/${name.replaceAll('_', '-')}.asl.json`;
    await expect(`${JSON.stringify(machine, null, 2)}\n`).toMatchFileSnapshot(file);
  });

  test('passes asl-validator and the rules of the house', () => {
    const { isValid, errorsText } = validate(structuredClone(machine));
    expect(isValid ? '' : errorsText()).toBe('');
    expect(problemsOfMachine(machine)).toEqual([]);
  });

  test('has examples of what it takes and answers', () => {
    for (const { input, output } of deployed.saga.examples) {
      expect(deployed.saga.input.safeParse(input).error).toBeUndefined();
      expect(deployed.saga.output.safeParse(output).error).toBeUndefined();
    }
  });
});
