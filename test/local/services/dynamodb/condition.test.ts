import { GetItemCommand, PutItemCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, byId, openAccount } from './account.ts';

let account: Account;
let table: string;

const orders = [
  { id: '1', state: 'open', total: 10, tags: new Set(['rush', 'eu']), supplier: { name: 'Adler', entries: [5, 6] } },
  { id: '2', state: 'open', total: 9.5, note: 'rush order', supplier: { name: 'Bauer', entries: [] } },
  { id: '3', state: 'closed', total: 100, tags: new Set(['eu']) },
  { id: '4', total: -1, quantities: new Set([1, 2.5]), done: true, history: ['sent', 'read'] },
];

beforeAll(async () => {
  account = await openAccount();
  table = await account.createTable(byId);
  for (const order of orders)
    await account.client.send(new PutItemCommand({ TableName: table, Item: marshall(order) }));
});
afterAll(() => account.close());

type Filter = Pick<ScanCommandInput, 'ExpressionAttributeNames'> & { values?: Record<string, unknown> };

const matching = async (FilterExpression: string, { values, ...names }: Filter = {}) => {
  const ExpressionAttributeValues = values && marshall(values);
  const command = new ScanCommand({ TableName: table, FilterExpression, ExpressionAttributeValues, ...names });
  const { Items = [] } = await account.client.send(command);
  return Items.map(({ id }) => id?.S).toSorted();
};

const state = { ExpressionAttributeNames: { '#state': 'state' } };
const totals = { ExpressionAttributeNames: { '#total': 'total' } };
const tagged = (values: Record<string, unknown>): Filter => ({ values });

describe('a condition', () => {
  const cases: readonly [string, Filter, readonly string[]][] = [
    ['#state = :open', { ...state, values: { ':open': 'open' } }, ['1', '2']],
    ['#state <> :open', { ...state, values: { ':open': 'open' } }, ['3', '4']],
    ['NOT #state = :open', { ...state, values: { ':open': 'open' } }, ['3', '4']],
    ['#total < :ten', { ...totals, values: { ':ten': 10 } }, ['2', '4']],
    ['#total <= :ten', { ...totals, values: { ':ten': 10 } }, ['1', '2', '4']],
    ['#total > :ten', { ...totals, values: { ':ten': 10 } }, ['3']],
    ['#total >= :ten', { ...totals, values: { ':ten': 10 } }, ['1', '3']],
    ['#total > :text', { ...totals, values: { ':text': '0' } }, []],
    ['#total BETWEEN :low AND :high', { ...totals, values: { ':low': 9.5, ':high': 10 } }, ['1', '2']],
    ['#total IN (:a, :b)', { ...totals, values: { ':a': 100, ':b': -1 } }, ['3', '4']],
    ['attribute_exists(tags)', {}, ['1', '3']],
    ['attribute_not_exists(tags)', {}, ['2', '4']],
    ['attribute_exists(supplier.entries[1])', {}, ['1']],
    ['attribute_type(supplier, :map)', tagged({ ':map': 'M' }), ['1', '2']],
    ['contains(tags, :rush)', tagged({ ':rush': 'rush' }), ['1']],
    ['contains(note, :rush)', tagged({ ':rush': 'rush' }), ['2']],
    ['contains(quantities, :half)', tagged({ ':half': 2.5 }), ['4']],
    ['contains(history, :sent)', tagged({ ':sent': 'sent' }), ['4']],
    ['begins_with(note, :rush)', tagged({ ':rush': 'rush' }), ['2']],
    ['begins_with(note, :order)', tagged({ ':order': 'order' }), []],
    ['size(tags) = :two', tagged({ ':two': 2 }), ['1']],
    ['size(note) > :one', tagged({ ':one': 1 }), ['2']],
    ['size(supplier.entries) = :zero', tagged({ ':zero': 0 }), ['2']],
    ['supplier.#n = :adler', { ExpressionAttributeNames: { '#n': 'name' }, values: { ':adler': 'Adler' } }, ['1']],
    ['done = :yes', tagged({ ':yes': true }), ['4']],
    ['supplier.entries = :entries', tagged({ ':entries': [5, 6] }), ['1']],
    ['tags = :tags', tagged({ ':tags': new Set(['eu', 'rush']) }), ['1']],
    [
      '#state = :open AND #total = :ten OR done = :yes',
      {
        ExpressionAttributeNames: { '#state': 'state', '#total': 'total' },
        values: { ':open': 'open', ':ten': 10, ':yes': true },
      },
      ['1', '4'],
    ],
    [
      '#state = :open and (#total = :ten or attribute_exists(note))',
      { ExpressionAttributeNames: { '#state': 'state', '#total': 'total' }, values: { ':open': 'open', ':ten': 10 } },
      ['1', '2'],
    ],
    ['attribute_exists(#constructor)', { ExpressionAttributeNames: { '#constructor': 'constructor' } }, []],
  ];

  it.each(cases)('%s', async (expression, filter, expected) => {
    expect(await matching(expression, filter)).toEqual(expected);
  });

  const refusals: readonly [string, Filter, string][] = [
    [
      'state = :x',
      tagged({ ':x': 1 }),
      'Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: state',
    ],
    [
      '#a = :x',
      tagged({ ':x': 1 }),
      'Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'a = :x AND b = :y',
      tagged({ ':x': 1 }),
      'Invalid FilterExpression: An expression attribute value used in expression is not defined; attribute value: :y',
    ],
    [
      'a = :x',
      tagged({ ':x': 1, ':y': 2 }),
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}',
    ],
    [
      'attribute_exists(a)',
      { ExpressionAttributeNames: { '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}',
    ],
    ['a = ', {}, 'Invalid FilterExpression: Syntax error; token: "<EOF>", near: "="'],
    ['a ! b', {}, 'Invalid FilterExpression: Syntax error; token: "!", near: "a ! b"'],
    ['a = :x b', tagged({ ':x': 1 }), 'Invalid FilterExpression: Syntax error; token: "b", near: ":x b"'],
    ['', {}, 'Invalid FilterExpression: The expression can not be empty;'],
    ['((attribute_exists(a)))', {}, 'Invalid FilterExpression: The expression has redundant parentheses;'],
    ['exists(a)', {}, 'Invalid FilterExpression: Invalid function name; function: exists'],
    [
      'attribute_exists(a, b)',
      {},
      'Invalid FilterExpression: Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    [
      'attribute_exists(:x)',
      tagged({ ':x': 'a' }),
      'Invalid FilterExpression: Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      'begins_with(a, :x)',
      tagged({ ':x': 1 }),
      'Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'a < :x',
      tagged({ ':x': true }),
      'Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL',
    ],
    [
      'a BETWEEN :x AND :y',
      tagged({ ':x': 2, ':y': 1 }),
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
    ],
    ['attribute_type(a, :x)', tagged({ ':x': 'text' }), 'Invalid attribute type name found; type: text'],
    [
      'if_not_exists(a, :x) = :x',
      tagged({ ':x': 1 }),
      'The function is not allowed in a condition expression; function: if_not_exists',
    ],
  ];

  it.each(refusals)('refuses "%s"', async (expression, filter, message) => {
    await expect(matching(expression, filter)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('refuses names where no expression uses them', async () => {
    const names = { '#a': 'a' };
    const command = new GetItemCommand({ TableName: table, Key: { id: { S: '1' } }, ExpressionAttributeNames: names });
    await expect(account.client.send(command)).rejects.toThrow(
      'ExpressionAttributeNames can only be specified when using expressions',
    );
  });
});
