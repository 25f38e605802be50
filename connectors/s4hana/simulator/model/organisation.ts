/** One plant of the simulated company with the company code and the purchasing organisation it belongs to. */
export interface Plant {
  readonly plant: string;
  readonly name: string;
  readonly companyCode: string;
  readonly purchasingOrganization: string;
  readonly storageLocations: readonly string[];
}

/** Plants of the trading company; all belong to one company code that keeps its books in euros. */
export const plants: readonly Plant[] = [
  {
    plant: '1010',
    name: 'Distribution centre North',
    companyCode: '1010',
    purchasingOrganization: '1010',
    storageLocations: ['101A', '101B'],
  },
  {
    plant: '1020',
    name: 'Distribution centre South',
    companyCode: '1010',
    purchasingOrganization: '1010',
    storageLocations: ['102A'],
  },
  {
    plant: '1030',
    name: 'Spare parts hub',
    companyCode: '1010',
    purchasingOrganization: '1010',
    storageLocations: ['103A'],
  },
];

/** Currency of each company code. */
export const companyCurrencies: Readonly<Record<string, string>> = { '1010': 'EUR' };

/** Purchasing groups that may be named on a document. */
export const purchasingGroups: readonly string[] = ['001', '002', '003'];

/** Cost centres that accept purchases. */
export const costCenters: readonly string[] = ['10101101', '10101201', '10101301', '10101401', '10101501'];

/** What vendors may have: payment terms and reconciliation accounts, and groupings with numbers that the system gives out. */
export const paymentTerms: readonly string[] = ['NT30', 'NT60', '2K14'];
export const reconciliationAccounts: readonly string[] = ['21100000'];
export const groupings: readonly string[] = ['BP02', 'BP03'];

/** Internal orders and WBS elements for which stock may be withdrawn. */
export const internalOrders: readonly string[] = ['800101', '800102'];
export const wbsElements: readonly string[] = ['PR-1000-1', 'PR-1000-2'];

/** Net order value (in the document's currency) from which a purchase order is subject to release. */
export const RELEASE_LIMIT = '10000';
