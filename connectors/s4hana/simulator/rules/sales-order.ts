import type { Row } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { changeStamp, dayOf } from './numbers.ts';

/** Fields of a sales order's header that this simulator lets a client change. */
const changeable = [
  'PurchaseOrderByCustomer',
  'RequestedDeliveryDate',
  'DeliveryBlockReason',
  'HeaderBillingBlockReason',
  'CustomerPaymentTerms',
];

/** Changes a sales order's header; what is delivered in full stays as it is. */
export const changeSalesOrder = ({ now }: Circumstances, before: Row, { values }: Tree): Outcome => {
  for (const field of Object.keys(values)) {
    if (!changeable.includes(field))
      throw businessError('V1/330', `${field} of a sales order cannot be changed here.`, field);
  }
  if (before['OverallSDProcessStatus'] === 'C')
    throw businessError('V1/331', `Sales order ${before['SalesOrder']} is completed.`);
  const row: Row = {
    ...before,
    ...values,
    LastChangeDate: dayOf(now),
    LastChangeDateTime: changeStamp(now, before['LastChangeDateTime']),
  };
  return {
    changes: [put('sales_order', row)],
    row,
    reference: String(row['PurchaseOrderByCustomer'] ?? '') || null,
  };
};
