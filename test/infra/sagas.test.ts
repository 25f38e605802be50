import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cancelPurchaseOrder } from '../../contracts/cancel-purchase-order.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { getPurchaseOrder } from '../../contracts/get-purchase-order.ts';
import type { SagaGrant } from '../../lib/core/config.ts';
import { defineSaga } from '../../lib/core/saga/saga.ts';
import { toolEntry } from '../../lib/core/system.ts';
import { asking, erp, mes, sampleFor, synthesizeSample } from './sample.ts';
import { ofType, permissionsOf, resourcesIn, statementsOf } from './template.ts';

const never = () => Promise.reject(new Error('synthesis loads no connector'));
const tools = [createPurchaseOrder, cancelPurchaseOrder, getPurchaseOrder].map((each) =>
  toolEntry(each as never, never),
);
const systems = { erp: { ...erp, tools }, mes };

const orderAgain = defineSaga({
  name: 'order_again',
  summary: 'Orders what was ordered before.',
  input: z.strictObject({ order: z.string(), lines: createPurchaseOrder.input.shape.lines }),
  output: z.strictObject({ order: z.string() }),
  examples: [{ input: { order: '1', lines: [] }, output: { order: '2' } }],
  script: (step, given) => {
    const before = step.call('Read_order', getPurchaseOrder, { order: given.order });
    const ordered = step.call(
      'Create_order',
      createPurchaseOrder,
      { supplier: before.supplier, currency: before.currency, lines: given.lines },
      { approval: true },
    );
    return { order: ordered.document.id };
  },
});

const tiers = asking.agents.buyer.grants.erp.write.create_purchase_order.approval;
const granted = (grant: SagaGrant) => ({
  ...asking,
  ...{ systems, sagas: [orderAgain] },
  agents: {
    buyer: { role: 'role/agents/buyer', grants: {}, sagas: { order_again: grant } },
    reader: { role: 'role/reader', grants: {} },
  },
});
const change = granted({ level: 'auto', steps: { Create_order: { approval: tiers } } });
const service = resourcesIn(synthesizeSample('production', { change }), 'service');
const prefix = 'countersign-production-';
const may = (name: string) => permissionsOf(service, `${prefix}${name}`).filter((each) => !/kms:|logs:/.test(each));

describe('a saga that is deployed', () => {
  test('is started by a function that holds no credential and calls nothing', () => {
    expect(may('sagas')).toEqual([
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      'dynamodb:PutItem on <data:OperationsTable.Arn>',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
    ]);
  });

  test('has its steps carried out with the credential of their own access', () => {
    const secrets = (name: string) => may(name).filter((each) => each.startsWith('secretsmanager:'));
    expect(secrets('erp-read-steps')).toEqual(secrets('erp-read'));
    expect(secrets('erp-write-steps')).toEqual(secrets('erp-write'));
    expect(secrets('erp-read-steps')).toHaveLength(1);
    expect(secrets('saga-turns')).toEqual([]);
    expect(may('erp-read-steps').filter((each) => each.startsWith('states:'))).toEqual([]);
  });

  test('has a machine that calls its own functions and no other', () => {
    const [machine] = ofType(service, 'AWS::StepFunctions::StateMachine').filter(({ properties }) =>
      properties.StateMachineName.endsWith('saga-order-again'),
    );
    expect(Object.keys(machine?.properties.DefinitionSubstitutions ?? {}).toSorted()).toEqual([
      'SagaTurns',
      'Steps_erp_read',
      'Steps_erp_write',
    ]);
    expect(machine?.properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false });
  });

  test('is started and woken by the relay, and woken by what its machine calls', () => {
    const states = (name: string) =>
      may(name)
        .filter((each) => each.startsWith('states:') && each.includes('order'))
        .map((each) => each.split(' ')[0]);
    expect(states('relay')).toEqual(['states:SendTaskSuccess', 'states:StartExecution']);
    for (const name of ['erp-write-steps', 'saga-turns']) expect(states(name)).toEqual(['states:SendTaskSuccess']);
  });

  test('is called by those who are granted it, as a tool is', () => {
    const policies = ofType(service, 'AWS::IAM::ManagedPolicy').map(({ properties }) => JSON.stringify(properties));
    const allowing = policies.filter((each) => each.includes('/v1/tools/order_again'));
    expect(allowing).toHaveLength(1);
    expect(allowing[0]).not.toContain('erp_create_purchase_order');
  });

  test('is looked after by operators, on routes that are there only where sagas are', () => {
    const parts = (resources: typeof service) =>
      ofType(resources, 'AWS::ApiGateway::Resource').map(({ properties }) => properties.PathPart);
    expect(parts(service)).toEqual(expect.arrayContaining(['sagas', 'retry', 'done', 'undo']));
    expect(parts(resourcesIn(synthesizeSample('production'), 'service'))).not.toContain('sagas');
    const [operator] = ofType(service, 'AWS::IAM::ManagedPolicy').filter(
      ({ properties }) => properties.ManagedPolicyName === `${prefix}operator-operator`,
    );
    const allowed = statementsOf(operator?.properties.PolicyDocument).filter((each) => each.includes('/sagas/'));
    expect(allowed.map((each) => each.replace(/^.*\/production\//, '')).toSorted()).toEqual(
      ['confirm', 'done', 'retry', 'undo'].map((act) => `POST/v1/admin/sagas/*/${act}`),
    );
  });

  test('raises an alarm when a person has to look at it', () => {
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    expect(alarms.find(({ AlarmDescription }) => AlarmDescription === 'A saga came into review')).toMatchObject({
      MetricName: 'NewlyParked',
      Dimensions: expect.arrayContaining([
        { Name: 'system', Value: 'saga' },
        { Name: 'state', Value: 'review' },
      ]),
    });
  });

  test('is refused at synth where nobody is named to approve, or what is granted is not there', () => {
    const refused = (grant: SagaGrant) => () => sampleFor('dev', granted(grant));
    expect(refused({ level: 'auto' })).toThrow(
      'agents.buyer.sagas.order_again.steps.Create_order.approval: say who approves what',
    );
    expect(refused({ level: 'auto', steps: { Read_order: { approval: tiers } } })).toThrow('has no such write');
    expect(() => sampleFor('dev', { ...change, systems: { mes } })).toThrow('no system offers');
    const two = { ...systems, other: { ...erp, tools } };
    expect(() => sampleFor('dev', { ...change, systems: two })).toThrow('name one of erp, other');
    const on = { create_purchase_order: 'other', cancel_purchase_order: 'erp', get_purchase_order: 'erp' };
    expect(() => sampleFor('dev', { ...change, systems: two, sagas: [{ saga: orderAgain, on }] })).toThrow(
      'Create_order is done in other and undone in erp',
    );
  });
});
