import * as z from 'zod';

/** A string; SAP leaves initial values empty. */
export const string = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** A Boolean; initial when missing. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** An exact decimal in plain notation, as a string: `200.000` is `200`. */
export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform((value) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value))
  .transform((value) => (value === '-0' ? '0' : value));

/** A decimal, `0` when missing. */
export const decimalOrZero = decimal.nullish().transform((value) => value ?? '0');

const edmDate = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const instantOf = (value: string): string => {
  const milliseconds = edmDate.exec(value)?.[1];
  const instant = new Date(Number(milliseconds));
  return milliseconds === undefined || Number.isNaN(instant.valueOf()) ? value : instant.toISOString();
};

/** A civil date: `/Date(…)/` at midnight UTC in V2, `YYYY-MM-DD` in V4; undefined when initial. */
export const date = z
  .string()
  .nullish()
  .transform((value) => (value ? instantOf(value).slice(0, 10) : undefined))
  .pipe(z.iso.date().optional());

/** A point in time, ISO 8601; undefined when initial. */
export const instant = z
  .string()
  .nullish()
  .transform((value) => (value ? instantOf(value) : undefined));

/** A civil date as V2 writes it in JSON. */
export const v2Date = (value: string): string => `/Date(${Date.parse(`${value}T00:00:00Z`)})/`;
/** A civil date as V2 writes it in a filter. */
export const v2DateLiteral = (value: string): string => `datetime'${value}T00:00:00'`;
