import { expect, test } from 'vitest';
import { unitsOf } from '../../../connectors/s4hana/units.ts';

test('units go both ways', () => {
  const units = unitsOf({});
  expect(units.toSystem('KGM')).toBe('KG');
  expect(units.toRec20('PC')).toBe('C62');
});

test('an override wins in both directions', () => {
  const units = unitsOf({ C62: 'ST', H87: 'PC' });
  expect(units.toSystem('C62')).toBe('ST');
  expect(units.toRec20('ST')).toBe('C62');
  expect(units.toRec20('PC')).toBe('H87');
});

test('a unit that is not mapped is refused by its name', () => {
  expect(() => unitsOf({}).toSystem('XBX')).toThrow('XBX');
  expect(() => unitsOf({}).toRec20('KAR')).toThrow('KAR');
  expect(() => unitsOf({}).toSystem('constructor')).toThrow('constructor');
});
