import { describe, expect, test } from 'vitest';
import { budget } from '../../connectors/budget/budget.ts';
import { cancelPurchaseOrder } from '../../contracts/cancel-purchase-order.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { toolEntry } from '../../lib/core/system.ts';
import { asking, erp, mes, sampleFor, synthesizeSample } from './sample.ts';
import { functionNamed, ofType, permissionsOf, resourcesIn } from './template.ts';

const never = () => Promise.reject(new Error('synthesis loads no connector'));
const tools = [toolEntry(createPurchaseOrder, never), toolEntry(cancelPurchaseOrder, never)];
const lines = (id: string) =>
  budget({ budgets: [{ kind: 'cost_center', id, fiscalYear: 2026, amount: '1000.00', currency: 'EUR' }] });
const systems = { erp: { ...erp, tools: [...erp.tools.slice(0, 2), ...tools] }, mes, budget: lines('4711') };
const assembly = synthesizeSample('production', { change: { ...asking, systems } });
const service = resourcesIn(assembly, 'service');
const data = resourcesIn(assembly, 'data');
const prefix = 'countersign-production-';

/** What each function may do with the ledger, of those that may do anything with it. */
const onLedger = (resources: typeof service) =>
  Object.fromEntries(
    ofType(resources, 'AWS::Lambda::Function').flatMap(({ properties: { FunctionName: name } }) => {
      const verbs = permissionsOf(resources, name).flatMap(
        (each) => /^dynamodb:(\w+) on <data:LedgerTable.Arn>/.exec(each)?.[1] ?? [],
      );
      return verbs.length > 0 ? [[name.slice(prefix.length), verbs.join(' ')]] : [];
    }),
  );

describe('a system whose books are kept here', () => {
  test('is the only one that touches the ledger, with those that use it up; what only reads can only read', () => {
    expect(onLedger(service)).toEqual({
      'budget-read': 'GetItem',
      'budget-recover': 'GetItem',
      'budget-write': 'GetItem PutItem',
      'budget-replay': 'GetItem PutItem',
      'erp-write': 'GetItem PutItem',
      'erp-approved': 'GetItem PutItem',
      relay: 'GetItem PutItem',
    });
    expect(onLedger(resourcesIn(synthesizeSample('production'), 'service'))).toEqual({});
  });

  test('has no address and no credential, and nobody watches the age of one', () => {
    const { Variables } = functionNamed(service, `${prefix}budget-write`).properties.Environment;
    expect(Variables).toMatchObject({ ORIGINS: '{}', SECRET_ARN: '', LEDGER_TABLE: '<data:LedgerTable>' });
    const secrets = ofType(data, 'AWS::SecretsManager::Secret').map(({ properties }) => properties.Name);
    expect(secrets.filter((name) => name.includes('budget'))).toEqual([]);
    const permissions = permissionsOf(service, `${prefix}budget-write`);
    expect(permissions.filter((each) => each.startsWith('secretsmanager:'))).toEqual([]);
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => JSON.stringify(properties));
    expect(alarms.filter((each) => each.includes('budget') && /Sign|Credential/.test(each))).toEqual([]);
  });

  test('takes no rules for credentials, and no account that another one keeps', () => {
    const signed = { ...lines('4711'), credentials: { replacedBy: 'people', warnAfterDays: 90 } } as const;
    expect(() => sampleFor('dev', { systems: { erp, mes, budget: signed } })).toThrow('systems.budget.credentials');
    const twice = { erp, mes, budget: lines('4711'), other: lines('4711') };
    expect(() => sampleFor('dev', { systems: twice })).toThrow('cost_center.4711.2026 is kept in budget already');
    expect(sampleFor('dev', { systems: { ...twice, other: lines('4712') } })).toBeDefined();
  });
});
