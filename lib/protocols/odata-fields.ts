import * as z from 'zod';

/** A string; SAP leaves initial values empty. */
export const string = z
  .string()
  .nullable()
  .transform((value) => value ?? '');

/** A Boolean; null is initial. */
export const flag = z
  .boolean()
  .nullable()
  .transform((value) => value ?? false);

/** An exact decimal in plain notation, as a string: `200.000` is `200`. */
export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform((value) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value))
  .transform((value) => (value === '-0' ? '0' : value));

/** A decimal; null is `0`. */
export const decimalOrZero = decimal.nullable().transform((value) => value ?? '0');

const edmDate = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const instantOf = (value: string): string => {
  const milliseconds = edmDate.exec(value)?.[1];
  const instant = new Date(Number(milliseconds));
  return milliseconds === undefined || Number.isNaN(instant.valueOf()) ? value : instant.toISOString();
};

/** A civil date: `/Date(…)/` at midnight UTC in V2, `YYYY-MM-DD` in V4; undefined when initial. */
export const date = z
  .string()
  .nullable()
  .transform((value) => (value ? instantOf(value).slice(0, 10) : undefined))
  .pipe(z.iso.date().optional());

/** A point in time, ISO 8601; undefined when initial. */
export const instant = z
  .string()
  .nullable()
  .transform((value) => (value ? instantOf(value) : undefined));

/** A civil date as V2 writes it in JSON. */
export const v2Date = (value: string): string => `/Date(${Date.parse(`${value}T00:00:00Z`)})/`;
/** A civil date as V2 writes it in a filter. */
export const v2DateLiteral = (value: string): string => `datetime'${value}T00:00:00'`;
