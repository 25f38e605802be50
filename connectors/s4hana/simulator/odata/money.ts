/** Currencies whose amounts do not have two digits after the point. */
const currencyDigits: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  CLP: 0,
  VND: 0,
  KWD: 3,
  BHD: 3,
  TND: 3,
  JOD: 3,
  OMR: 3,
};

/** Units of measure that are shown with digits after the point; all others count whole things. */
const unitDigits: Readonly<Record<string, number>> = {
  KG: 3,
  G: 3,
  TO: 3,
  L: 3,
  ML: 3,
  M: 3,
  M2: 3,
  M3: 3,
  MM: 3,
  H: 3,
};

/** Digits after the point of an amount in this currency. */
export const digitsOfCurrency = (currency: string): number => currencyDigits[currency] ?? 2;

/** Digits after the point of a quantity in this unit (SAP's internal code). */
export const digitsOfUnit = (unit: string): number => unitDigits[unit] ?? 0;

/** Digits after the point that a decimal really uses: '1.50' uses one. */
export const digitsUsed = (value: string): number => (/\.(\d*?)0*$/.exec(value)?.[1] ?? '').length;
