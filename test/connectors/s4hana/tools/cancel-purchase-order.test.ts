import { expect, test } from 'vitest';
import cancel from '../../../../connectors/s4hana/tools/cancel-purchase-order.ts';

const line = (id: string, cancelled: boolean) => ({ line: id, cancelled, received: false, invoiced: false });
const intended = (lines: string[] | undefined, now: object): boolean | undefined =>
  cancel.lookup === 'none'
    ? undefined
    : cancel.lookup.intended(
        { order: '1', reason: 'r', ...(lines && { lines }) },
        { version: 'v', sentToSupplier: 'no', status: 'released', lines: [], ...now },
      );

test.each<[string, string[] | undefined, object, boolean]>([
  ['an order of which no line is shown is not thereby cancelled', undefined, {}, false],
  ['an order counts as cancelled when the system says so', undefined, { status: 'cancelled' }, true],
  ['one line counts alone', ['10'], { lines: [line('10', true), line('20', false)] }, true],
  ['every line that was asked for counts', ['10', '20'], { lines: [line('10', true), line('20', false)] }, false],
  ['a line that is not there is not cancelled', ['30'], { lines: [line('10', true)] }, false],
])('%s', (_, lines, now, expected) => {
  expect(intended(lines, now)).toBe(expected);
});
