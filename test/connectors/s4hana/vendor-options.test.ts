import { expect, test } from 'vitest';
import { s4hana } from '../../../connectors/s4hana/s4hana.ts';

const organisation = { default: { companyCode: '1010', purchasingOrganization: '1010', purchasingGroup: '001' } };
const vendors = { paymentTerms: ['NT30'], vendorGroupings: { contractor: 'BP03' } };

test('what new vendors may get reaches the connector, and where they are kept is part of the organisation', () => {
  const account = { default: { ...organisation.default, reconciliationAccount: '21100000' } };
  const system = s4hana({ origins: 'simulator', organisation: account, ...vendors });
  expect(system.settings).toMatchObject(vendors);
  expect(system.organisation.default).toMatchObject({ reconciliationAccount: '21100000' });
});

test.each([
  [{ paymentTerms: [] }, 's4hana.paymentTerms'],
  [{ paymentTerms: ['net 30'] }, 's4hana.paymentTerms.0'],
  [{ vendorGroupings: { contractor: 'BP003' } }, 's4hana.vendorGroupings.contractor'],
  [{ vendorGroupings: { bank: 'BP03' } }, 's4hana.vendorGroupings'],
])('%j is refused, and the field is named', (fields, field) => {
  const options = { origins: 'simulator', organisation, ...fields } as Parameters<typeof s4hana>[0];
  expect(() => s4hana(options)).toThrow(`${field}: `);
});
