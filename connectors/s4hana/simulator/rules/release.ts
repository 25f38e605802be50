import Big from 'big.js';
import type { Row } from '../../../../lib/simulation/state.ts';
import { RELEASE_LIMIT } from '../model/organisation.ts';

const number = (row: Row, name: string, otherwise: string): Big => new Big(String(row[name] ?? otherwise) || otherwise);

/** Net value of an item: price per price quantity, times the ordered quantity in price units. */
export const netValue = (item: Row): Big =>
  number(item, 'NetPriceAmount', '0')
    .times(number(item, 'OrderQuantity', '0'))
    .times(number(item, 'OrderPriceUnitToOrderUnitNmrtr', '1'))
    .div(number(item, 'OrdPriceUnitToOrderUnitDnmntr', '1'))
    .div(number(item, 'NetPriceQuantity', '1'));

/** Net value of the items that are not deleted. */
export const netTotal = (items: readonly Row[]): Big =>
  items
    .filter((item) => !item['PurchasingDocumentDeletionCode'])
    .reduce((sum, item) => sum.plus(netValue(item)), new Big(0));

/** The release fields of a header: an order from the limit on waits for the ERP's own release. */
export const releaseFields = (items: readonly Row[]): Row =>
  netTotal(items).gte(RELEASE_LIMIT)
    ? {
        ReleaseIsNotCompleted: true,
        PurchasingProcessingStatus: '03',
        PurchasingReleaseStrategy: 'S1',
        PurgReleaseSequenceStatus: '',
      }
    : {
        ReleaseIsNotCompleted: false,
        PurchasingProcessingStatus: '02',
        PurchasingReleaseStrategy: '',
        PurgReleaseSequenceStatus: '',
      };
