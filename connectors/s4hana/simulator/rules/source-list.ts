import type { Row } from '../../../../lib/simulation/state.ts';
import { plants } from '../model/organisation.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, oneOf, refuseIf, required } from './given.ts';
import { orderableSupplier, purchasable } from './master-records.ts';
import { changeStamp, dayOf } from './numbers.ts';

const isSameList = (a: Row, b: Row): boolean => a['Material'] === b['Material'] && a['Plant'] === b['Plant'];

/** Dates in order, and one fixed source on any day. */
const checkEntry = (view: View, entry: Row): void => {
  const [from, to] = [required(entry, 'ValidityStartDate'), required(entry, 'ValidityEndDate')];
  refuseIf(from > to, '06/720', 'The validity period ends before it begins.', 'ValidityEndDate');
  const isFixed = (row: Row) => row['SupplierIsFixed'] === true;
  const rival = view
    .rows('source_list')
    .find(
      (row) =>
        isSameList(row, entry) &&
        row['SourceListRecord'] !== entry['SourceListRecord'] &&
        isFixed(row) &&
        given(row, 'ValidityStartDate') <= to &&
        given(row, 'ValidityEndDate') >= from,
    );
  refuseIf(
    isFixed(entry) && rival !== undefined,
    '06/722',
    'The period has a fixed source already.',
    'SupplierIsFixed',
  );
};

/** Creates an entry. Another one of the same supplier for the same days is not in its way. */
export const createSource = ({ view, now, user }: Circumstances, { values }: Tree): Outcome => {
  const organization = oneOf(
    values,
    'PurchasingOrganization',
    plants.map((each) => each.purchasingOrganization),
  );
  purchasable(view, required(values, 'Material'), required(values, 'Plant'));
  if (values['SourceOfSupplyIsBlocked'] !== true) orderableSupplier(view, required(values, 'Supplier'), organization);
  const records = view.rows('source_list').filter((row) => isSameList(row, values));
  const last = records.reduce((most, row) => Math.max(most, Number(row['SourceListRecord'])), 0);
  const row: Row = {
    ...values,
    SourceListRecord: String(last + 1).padStart(5, '0'),
    ...{ CreationDate: dayOf(now), CreatedByUserName: user, LastChangeDateTime: changeStamp(now, undefined) },
  };
  checkEntry(view, row);
  return { changes: [put('source_list', row)], row, reference: null };
};

/** Changes dates and flags of an entry. */
export const changeSource = ({ view, now }: Circumstances, before: Row, { values }: Tree): Outcome => {
  const row: Row = { ...before, ...values, LastChangeDateTime: changeStamp(now, before['LastChangeDateTime']) };
  checkEntry(view, row);
  return { changes: [put('source_list', row)], row, reference: null };
};

/** Takes an entry off its list: nothing of it stays. */
export const deleteSource = (_: Circumstances, row: Row): Outcome => ({
  changes: [{ ...put('source_list', row), row: null }],
  row,
  reference: null,
});
