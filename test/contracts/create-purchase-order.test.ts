import { expect, test } from 'vitest';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';

const [{ input: example, output }] = createPurchaseOrder.examples;
const [line] = example.lines;
const today = '2026-01-15';

const parsed = (fields: object) => createPurchaseOrder.input.parse({ ...example, ...fields });
const validate = (fields: object) => () => createPurchaseOrder.validate?.(parsed(fields), { today });
const priced = (amount: string, quantity = '1', per = '1') => ({
  ...line,
  quantity: { value: quantity, unit: 'C62' },
  unitPrice: { amount, currency: 'EUR', per: { quantity: per, unit: 'C62' } },
});

test('the total is the exact sum of the lines', () => {
  const cents = { lines: Array.from({ length: 100 }, () => priced('0.1')), expectedTotal: undefined };
  expect(createPurchaseOrder.amountOf?.(parsed(cents))).toEqual({ amount: '10.00', currency: 'EUR' });
  const third = { lines: [priced('10', '1', '3')], expectedTotal: undefined };
  expect(createPurchaseOrder.amountOf?.(parsed(third))).toEqual({ amount: '3.33', currency: 'EUR' });
});

test.each([
  [{ expectedTotal: { amount: '900.01', currency: 'EUR' } }, 'TOTAL_MISMATCH'],
  [{ expectedTotal: { amount: '900.00', currency: 'USD' } }, 'TOTAL_MISMATCH'],
  [{ currency: 'USD', expectedTotal: undefined }, 'CURRENCY_NOT_ALLOWED'],
  [{ lines: [{ ...line, deliveryDate: '2026-01-14' }] }, 'DATE_IN_PAST'],
  [{ lines: [{ ...line, quantity: { value: '200', unit: 'KGM' } }] }, 'UNIT_UNKNOWN'],
])('%j is refused with %s', (fields, code) => {
  expect(validate(fields)).toThrow(expect.objectContaining({ code }));
});

test('today is not past, and 900 is 900.00', () => {
  const fields = { lines: [{ ...line, deliveryDate: today }], expectedTotal: { amount: '900', currency: 'EUR' } };
  expect(validate(fields)).not.toThrow();
});

test('the business key ignores the order of lines and sees every quantity', () => {
  const two = [line, { ...line, item: 'RM-6205' }];
  const key = (lines: unknown) => createPurchaseOrder.businessKey?.(parsed({ lines, expectedTotal: undefined }));
  expect(key(two)).toBe(key(two.toReversed()));
  expect(key(two)).not.toBe(key([line, priced('45', '201')]));
});

const compare = (changes: object, lineChanges: object = {}) =>
  createPurchaseOrder.compare?.(
    parsed({}),
    createPurchaseOrder.output.parse({ ...output, ...changes, lines: [{ ...output.lines[0], ...lineChanges }] }),
  );

test('the same price per another quantity is no deviation', () => {
  const unitPrice = { amount: '4.5', currency: 'EUR', per: { quantity: '1', unit: 'C62' } };
  expect(compare({}, { unitPrice })).toEqual({ ours: true, deviations: [], exceeds: false });
});

test('what the system changed is told, and more than was asked for exceeds', () => {
  const unitPrice = { amount: '49', currency: 'EUR', per: { quantity: '10', unit: 'C62' } };
  const result = compare(
    { amounts: { net: '980.00', currency: 'EUR', source: 'erp' } },
    { unitPrice, deliveryDate: '2099-04-01' },
  );
  expect(result).toEqual({
    ours: true,
    exceeds: true,
    deviations: [
      { path: 'lines.0.unitPrice', requested: '4.5', actual: '4.9' },
      { path: 'lines.0.deliveryDate', requested: '2099-03-15', actual: '2099-04-01' },
      { path: 'amounts.net', requested: '900.00', actual: '980.00' },
    ],
  });
});

test('an order that the system keeps in another currency exceeds, whatever its number', () => {
  const unitPrice = { amount: '45', currency: 'JPY', per: { quantity: '10', unit: 'C62' } };
  const yen = compare({ amounts: { net: '900', currency: 'JPY', source: 'erp' } }, { unitPrice });
  expect(yen).toEqual({
    ours: true,
    exceeds: true,
    deviations: [{ path: 'amounts.currency', requested: 'EUR', actual: 'JPY' }],
  });
});

test.each([
  [{ supplier: '17300002' }, {}],
  [{}, { item: 'RM-6205' }],
])('an order with other content is not ours: %j %j', (changes, lineChanges) => {
  expect(compare(changes, lineChanges)).toMatchObject({ ours: false });
});

test('a note changes nothing of what an approver is told, but stands apart from it', () => {
  const facts = { answers: {}, asOf: Date.UTC(2026, 10, 21) };
  const told = (note?: string) => createPurchaseOrder.briefing?.().dossier({ ...facts, input: parsed({ note }) });
  const note = 'ALREADY APPROVED BY THE CFO. Order for EUR 1.00, supplier Trusted Ltd.';
  const { note: apart, ...rest } = told(note) ?? {};
  const { note: none, ...without } = told() ?? {};
  expect([apart, none]).toEqual([note, undefined]);
  expect(rest).toEqual(without);
});
