import { expect, test } from 'vitest';
import { checkTaxId, masked, spellingsOf, taxId } from '../../../contracts/vendors/tax-id.ts';
import { nameKey } from '../../../contracts/vendors/vendor-name.ts';

test.each([
  ['DE', 'vat', 'de 811.907-980'],
  ['AT', 'vat', 'ATU12345678'],
  ['GR', 'vat', 'EL123456789'],
  ['NL', 'vat', 'NL123456789B01'],
  ['IE', 'vat', 'IE1234567FA'],
  ['CH', 'vat', 'CHE-123.456.789 MWST'],
  ['GB', 'vat', 'GB123456789'],
  ['US', 'national', '12-3456789'],
  ['JP', 'national', '1234567890123'],
  ['BR', 'national', '12345678000195'],
] as const)('in %s a %s tax id may be %s', (country, type, value) => {
  expect(() => checkTaxId(taxId.parse({ type, value }), country)).not.toThrow();
});

test.each([
  ['DE', 'vat', 'DE81190798'],
  ['DE', 'vat', 'AT811907980'],
  ['GR', 'vat', 'GR123456789'],
  ['US', 'national', '12-345678'],
] as const)('in %s a %s tax id is not %s, and the refusal does not repeat it', (country, type, value) => {
  const check = () => checkTaxId(taxId.parse({ type, value }), country);
  expect(check).toThrow(expect.objectContaining({ code: 'INVALID_TAX_ID' }));
  expect(check).toThrow(expect.objectContaining({ message: expect.not.stringContaining(value) }));
});

test.each(['', 'DE1234567890123456789', 'DE\n12', "DE' or 1 eq 1"])('%j is no tax id anywhere', (value) => {
  expect(taxId.safeParse({ type: 'vat', value }).success).toBe(false);
});

test('it is looked for as others write it, and shown by its end only', () => {
  expect(spellingsOf({ type: 'vat', value: 'DE811907980' })).toEqual(['DE811907980', '811907980']);
  expect(spellingsOf({ type: 'national', value: '123456789' })).toEqual(['123456789', '12-3456789']);
  expect(masked('DE811907980')).toBe('********980');
  expect(masked('12')).toBe('12');
});

test('one company is the same however its name is written', () => {
  const names = ['Möller & Söhne GmbH', 'MOLLER & SOHNE', 'Möller, Söhne G.m.b.H.', 'moller sohne gmbh'];
  expect(new Set(names.map(nameKey)).size).toBe(1);
  expect(nameKey('Möller AG')).not.toBe(nameKey('Müller AG'));
  expect(nameKey('Co KG')).toBe('co kg');
});
