import { addApprovedSupplier } from '../../contracts/add-approved-supplier.ts';
import { blockVendor } from '../../contracts/block-vendor.ts';
import { cancelPurchaseOrder } from '../../contracts/cancel-purchase-order.ts';
import { closePurchaseRequisition } from '../../contracts/close-purchase-requisition.ts';
import { createCreditMemoRequest } from '../../contracts/create-credit-memo-request.ts';
import { createOutboundDelivery } from '../../contracts/create-outbound-delivery.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { createPurchaseRequisition } from '../../contracts/create-purchase-requisition.ts';
import { createVendor } from '../../contracts/create-vendor.ts';
import { findItems } from '../../contracts/find-items.ts';
import { findOpenSupply } from '../../contracts/find-open-supply.ts';
import { findOrderExceptions } from '../../contracts/find-order-exceptions.ts';
import { findSuppliers } from '../../contracts/find-suppliers.ts';
import { getDelivery } from '../../contracts/get-delivery.ts';
import { getInvoice } from '../../contracts/get-invoice.ts';
import { getItem } from '../../contracts/get-item.ts';
import { getPurchaseHistory } from '../../contracts/get-purchase-history.ts';
import { getPurchaseOrder } from '../../contracts/get-purchase-order.ts';
import { getSalesOrder } from '../../contracts/get-sales-order.ts';
import { getStock } from '../../contracts/get-stock.ts';
import { getSupplier } from '../../contracts/get-supplier.ts';
import { postGoodsIssue } from '../../contracts/post-goods-issue.ts';
import { rejectCreditMemoRequest } from '../../contracts/reject-credit-memo-request.ts';
import { releaseStock } from '../../contracts/release-stock.ts';
import { removeApprovedSupplier } from '../../contracts/remove-approved-supplier.ts';
import { reserveStock } from '../../contracts/reserve-stock.ts';
import { reverseGoodsIssue } from '../../contracts/reverse-goods-issue.ts';
import { reverseOutboundDelivery } from '../../contracts/reverse-outbound-delivery.ts';
import { updatePurchaseOrderPrice } from '../../contracts/update-purchase-order-price.ts';
import { type BusinessSystem, toolEntry } from '../../lib/core/system.ts';
import { checkOptions, type S4hanaOptions } from './options.ts';
import { creditMemoDefaults, type S4hanaSettings, simulatedUser } from './settings.ts';

const tools = [
  toolEntry(findItems, () => import('./tools/find-items.ts')),
  toolEntry(findSuppliers, () => import('./tools/find-suppliers.ts')),
  toolEntry(getItem, () => import('./tools/get-item.ts')),
  toolEntry(getSupplier, () => import('./tools/get-supplier.ts')),
  toolEntry(getStock, () => import('./tools/get-stock.ts')),
  toolEntry(findOpenSupply, () => import('./tools/find-open-supply.ts')),
  toolEntry(getPurchaseOrder, () => import('./tools/get-purchase-order.ts')),
  toolEntry(getPurchaseHistory, () => import('./tools/get-purchase-history.ts')),
  toolEntry(getSalesOrder, () => import('./tools/get-sales-order.ts')),
  toolEntry(getInvoice, () => import('./tools/get-invoice.ts')),
  toolEntry(getDelivery, () => import('./tools/get-delivery.ts')),
  toolEntry(findOrderExceptions, () => import('./tools/find-order-exceptions.ts')),
  toolEntry(createPurchaseOrder, () => import('./tools/create-purchase-order.ts')),
  toolEntry(cancelPurchaseOrder, () => import('./tools/cancel-purchase-order.ts')),
  toolEntry(updatePurchaseOrderPrice, () => import('./tools/update-purchase-order-price.ts')),
  toolEntry(createPurchaseRequisition, () => import('./tools/create-purchase-requisition.ts')),
  toolEntry(closePurchaseRequisition, () => import('./tools/close-purchase-requisition.ts')),
  toolEntry(createCreditMemoRequest, () => import('./tools/create-credit-memo-request.ts')),
  toolEntry(rejectCreditMemoRequest, () => import('./tools/reject-credit-memo-request.ts')),
  toolEntry(createOutboundDelivery, () => import('./tools/create-outbound-delivery.ts')),
  toolEntry(reverseOutboundDelivery, () => import('./tools/reverse-outbound-delivery.ts')),
  toolEntry(postGoodsIssue, () => import('./tools/post-goods-issue.ts')),
  toolEntry(reverseGoodsIssue, () => import('./tools/reverse-goods-issue.ts')),
  toolEntry(reserveStock, () => import('./tools/reserve-stock.ts')),
  toolEntry(releaseStock, () => import('./tools/release-stock.ts')),
  toolEntry(createVendor, () => import('./tools/create-vendor.ts')),
  toolEntry(blockVendor, () => import('./tools/block-vendor.ts')),
  toolEntry(addApprovedSupplier, () => import('./tools/add-approved-supplier.ts')),
  toolEntry(removeApprovedSupplier, () => import('./tools/remove-approved-supplier.ts')),
];

/**
 * One SAP S/4HANA system, cloud or on premise, spoken to by its released OData services.
 * Throws `ConfigurationError` naming the first wrong field.
 */
export function s4hana(options: S4hanaOptions): BusinessSystem<(typeof tools)[number]> {
  checkOptions(options);
  const { origins, organisation, maxServerTime, patience, limits, freeze, credentialsWarnAfterDays } = options;
  const settings = settingsOf(options);
  const defaults = { purchaseOrderType: 'NB', purchaseRequisitionType: 'NB' };
  return {
    kind: 's4hana',
    isaLevel: 4,
    origins,
    settings,
    organisation: { ...organisation, default: filled({ ...defaults, ...organisation.default }) },
    ...(patience !== undefined && { patience }),
    ...(limits && { limits }),
    ...(credentialsWarnAfterDays !== undefined && {
      credentials: { replacedBy: 'people', warnAfterDays: credentialsWarnAfterDays },
    }),
    ...(freeze && { freeze }),
    tools,
    simulator: 'connectors/s4hana/simulator/main.ts',
    load: async () => {
      const { connector } = await import('./connector.ts');
      const reference = { ...connector.reference, field: settings.referenceField };
      return { ...connector, reference, ...(maxServerTime !== undefined && { maxServerTime }) };
    },
  };
}

function settingsOf(options: S4hanaOptions): S4hanaSettings {
  const { sapClient, paymentTerms, vendorGroupings } = options;
  const serviceUser = options.serviceUser ?? (options.origins === 'simulator' ? simulatedUser : undefined);
  return {
    purchaseOrders: options.purchaseOrders ?? 'v2',
    referenceField: options.referenceField ?? 'CorrespncInternalReference',
    erpOutput: options.erpOutput ?? 'hold',
    units: options.units ?? {},
    ...(serviceUser !== undefined && { serviceUser }),
    ...(paymentTerms && { paymentTerms }),
    ...(vendorGroupings && { vendorGroupings }),
    ...(sapClient !== undefined && { sapClient }),
    language: options.language ?? 'EN',
    oauth: options.oauth ?? {},
    creditMemos: { ...creditMemoDefaults, ...options.creditMemos },
    deliveryReferenceField: options.deliveryReferenceField ?? 'YY1_Countersign_DLH',
  };
}

const filled = (fields: object): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'));
