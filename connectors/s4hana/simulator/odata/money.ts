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
const withFractions = ['KG', 'G', 'MG', 'TO', 'LB', 'L', 'ML', 'HL', 'M', 'CM', 'MM', 'KM', 'M2', 'M3', 'H', 'KWH'];

/** Digits after the point of an amount in this currency. */
export const digitsOfCurrency = (currency: string): number => currencyDigits[currency] ?? 2;

/** Digits after the point of a quantity in this unit (SAP's internal code). */
export const digitsOfUnit = (unit: string): number => (withFractions.includes(unit) ? 3 : 0);

/** Digits after the point that a decimal really uses: '1.50' uses one. */
export const digitsUsed = (value: string): number => (/\.(\d*?)0*$/.exec(value)?.[1] ?? '').length;
