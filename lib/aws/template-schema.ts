import * as z from 'zod';
import { type ErrorCode, errorTable } from '../core/errors.ts';

/** Any JSON, as a machine hands it over. */
export const templateSchema = z.json();

/** A code of the table of errors. */
export const errorCode = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);
