import * as z from 'zod';
import { CountersignError } from '../../lib/core/errors.ts';

/**
 * VAT ids by ISO 3166 country, as they are written across borders. Sources: the formats that the VIES of the European Commission lists
 * (Greece writes EL), and those of HMRC for GB, the Federal Statistical Office for CH and the Brreg for NO.
 */
const vat: Readonly<Record<string, RegExp>> = {
  AT: /^ATU\d{8}$/,
  BE: /^BE[01]\d{9}$/,
  BG: /^BG\d{9,10}$/,
  CH: /^CHE\d{9}(MWST|TVA|IVA)?$/,
  CY: /^CY\d{8}[A-Z]$/,
  CZ: /^CZ\d{8,10}$/,
  DE: /^DE\d{9}$/,
  DK: /^DK\d{8}$/,
  EE: /^EE\d{9}$/,
  ES: /^ES[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^FI\d{8}$/,
  FR: /^FR[A-Z0-9]{2}\d{9}$/,
  GB: /^GB(\d{9}|\d{12}|(GD|HA)\d{3})$/,
  GR: /^EL\d{9}$/,
  HR: /^HR\d{11}$/,
  HU: /^HU\d{8}$/,
  IE: /^IE\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/,
  IT: /^IT\d{11}$/,
  LT: /^LT(\d{9}|\d{12})$/,
  LU: /^LU\d{8}$/,
  LV: /^LV\d{11}$/,
  MT: /^MT\d{8}$/,
  NL: /^NL[A-Z0-9+*]{10}\d{2}$/,
  NO: /^NO\d{9}(MVA)?$/,
  PL: /^PL\d{10}$/,
  PT: /^PT\d{9}$/,
  RO: /^RO\d{2,10}$/,
  SE: /^SE\d{12}$/,
  SI: /^SI\d{8}$/,
  SK: /^SK\d{10}$/,
};

/** Numbers of a country's own: the US employer identification number (IRS) and the Japanese corporate number (NTA). */
const national: Readonly<Record<string, RegExp>> = { US: /^\d{9}$/, JP: /^\d{13}$/ };

/** A tax id of the country that a company sits in: upper case, without blanks, dots and hyphens. */
export const taxId = z.strictObject({
  /** `vat`: the VAT id; `national`: another number, such as the EIN in the US. */
  type: z.enum(['vat', 'national']),
  value: z
    .string()
    .max(40)
    .overwrite((value) => value.replace(/[ .-]/g, '').toUpperCase())
    .regex(/^[A-Z0-9+*]{2,20}(?![\s\S])/, 'use letters and digits')
    .meta({ 'x-countersign-sensitive': true }),
});

/** A tax id, as it is kept. */
export type TaxId = z.output<typeof taxId>;

/**
 * Refuses what no tax office of the country gives out, by its form: no check digits, no register is asked.
 * Countries that are not listed above are not looked at. Throws `INVALID_TAX_ID`.
 */
export function checkTaxId({ type, value }: TaxId, country: string): void {
  const form = (type === 'vat' ? vat : national)[country];
  if (form && !form.test(value))
    throw new CountersignError('INVALID_TAX_ID', `The ${type} tax id has not the form that ${country} uses.`);
}

/** How others may have written it down: with hyphen, or without the country. */
export const spellingsOf = ({ type, value }: TaxId): string[] => {
  const shorter = type === 'vat' ? value.replace(/^[A-Z]{2}/, '') : value.replace(/^(\d{2})(\d{7})$/, '$1-$2');
  return [...new Set([value, shorter])];
};

/** Enough to recognise a number that one has, too little to learn it. */
export const masked = (value: string): string => '*'.repeat(Math.max(value.length - 3, 0)) + value.slice(-3);
