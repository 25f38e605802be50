import * as z from 'zod';

/** Any JSON, as a machine hands it over. */
export const templateSchema = z.json();
