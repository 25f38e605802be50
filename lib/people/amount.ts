import Big from 'big.js';
import { amountText } from '../core/amount-text.ts';

/** A value in the policy's currency as people read it, to two places: `EUR 12,400.00`. `value` is a decimal string. */
export const valueText = (currency: string, value: string): string => amountText(currency, new Big(value).toFixed(2));
