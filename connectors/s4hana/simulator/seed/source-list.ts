import type { Change } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';
import type { Calendar } from './draw.ts';
import { purchasableItems } from './products.ts';
import { suppliers } from './suppliers.ts';

/** Approved sources in plant 1010: of the bearing of the examples, and of every fifth item, its first supplier. */
export const seedSourceList = (calendar: Calendar): Change[] =>
  purchasableItems
    .filter(({ id, plants }, index) => plants.includes('1010') && (id === 'RM-6204' || index % 5 === 0))
    .flatMap(({ id, group }) => {
      const supplier = suppliers.find(({ groups, block }) => block === undefined && groups.includes(group));
      return supplier ? [{ Material: id, Supplier: supplier.id }] : [];
    })
    .map((source) =>
      put('source_list', {
        ...source,
        Plant: '1010',
        SourceListRecord: '00001',
        PurchasingOrganization: '1010',
        ValidityStartDate: '2021-04-01',
        ValidityEndDate: '9999-12-31',
        SupplierIsFixed: false,
        SourceOfSupplyIsBlocked: false,
        CreationDate: '2021-04-01',
        CreatedByUserName: 'MDMASTER',
        LastChangeDateTime: calendar.instant(-400),
      }),
    );
