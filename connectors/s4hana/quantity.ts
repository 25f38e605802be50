import Big from 'big.js';
import { CountersignError } from '../../lib/core/errors.ts';

/** A quantity as S/4HANA's documents keep it, Decimal(13,3). Throws `INPUT_INVALID`, never rounds. */
export function systemQuantity(value: string): string {
  const exact = new Big(value);
  if (exact.eq(exact.round(3)) && exact.lt('10000000000')) return value;
  throw new CountersignError('INPUT_INVALID', `The system keeps quantities with 3 decimals, not ${value}.`);
}
