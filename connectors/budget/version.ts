import type { Allocation } from '../../lib/core/budget-account.ts';
import { digestOf } from '../../lib/core/canonical.ts';

/** Changes with everything that a release compares. */
export const versionOf = ({ amount, used, released = false }: Allocation): string =>
  digestOf([amount, used.filter(({ gone }) => !gone), released]).slice(0, 16);
