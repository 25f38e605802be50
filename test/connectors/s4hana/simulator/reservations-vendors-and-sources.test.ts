import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench } from './bench.ts';

const RESERVATION = 'odata/sap/API_RESERVATION_DOCUMENT_SRV';
const PARTNER = 'odata/sap/API_BUSINESS_PARTNER';
const SOURCE = 'odata/sap/API_PURCHASING_SOURCE_SRV';
const day = (date: string) => `/Date(${Date.parse(date)})/`;

let bench: Awaited<ReturnType<typeof openBench>>;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

describe('reservations', () => {
  const item = {
    ...{ Product: 'RM-6204', Plant: '1010', ResvnItmRequiredQtyInEntryUnit: '5', EntryUnit: 'PC' },
    ReservationItemText: 'R0000000001 until 2099-12-31',
  };
  const create = (header: object = {}, line: object = {}) =>
    bench.client.post(`${RESERVATION}/A_ReservationDocumentHeader`, {
      ...{ GoodsMovementType: '201', CostCenter: '10101101', ReservationDate: day('2099-01-01') },
      to_ReservationDocumentItem: [{ ...item, ...line }],
      ...header,
    });

  it('take what a line leaves out from their header, whatever is available, and are in the ledger', async () => {
    const created = await create({}, { ResvnItmRequiredQtyInEntryUnit: '99999' });
    expect([created.status, created.at('d.Reservation')]).toEqual([201, '20061']);
    expect(created.at('d.to_ReservationDocumentItem.results.0')).toMatchObject({
      ...{ ReservationItem: '1', RecordType: '', ResvnItmRequiredQtyInBaseUnit: '99999', GoodsMovementIsAllowed: true },
      MatlCompRequirementDate: day('2099-01-01'),
    });
    expect(await bench.ledger()).toMatchObject([{ key: '20061', action: 'create', reference: 'R0000000001' }]);
  });

  it.each([
    ['an unknown movement type', { GoodsMovementType: '999' }, {}],
    ['nothing that is charged', { CostCenter: null }, {}],
    ['another account than the movement type asks for', { GoodsMovementType: '261' }, {}],
    ['no line', { to_ReservationDocumentItem: [] }, {}],
    ['a line without quantity', {}, { ResvnItmRequiredQtyInEntryUnit: null }],
    ['a part of a piece', {}, { ResvnItmRequiredQtyInEntryUnit: '0.5' }],
    ['an unknown storage location', {}, { StorageLocation: '999Z' }],
    ['a text that is too long', {}, { ReservationItemText: 'x'.repeat(51) }],
    ['a quantity that was withdrawn', {}, { ResvnItmWithdrawnQtyInBaseUnit: '1' }],
  ])('are refused with %s', async (_, header, line) => {
    expect((await create(header, line)).status).toBe(400);
  });

  it('are flagged for deletion only where nothing was withdrawn, and once', async () => {
    const path = (number: unknown) =>
      `${RESERVATION}/A_ReservationDocumentItem(Reservation='${number}',ReservationItem='1',RecordType='')`;
    const number = (await create()).at('d.Reservation');
    const deletion = { ReservationItmIsMarkedForDeltn: true };
    const patch = async (of: unknown, body: object) => (await bench.client.patch(path(of), body)).status;
    expect([await patch(number, deletion), await patch(number, deletion)]).toEqual([204, 400]);
    expect([await patch('20001', deletion), await patch('20001', { ReservationItemIsFinallyIssued: true })]).toEqual([
      400, 204,
    ]);
    expect((await bench.client.remove(path(number))).status).toBe(405);
  });
});

describe('business partners', () => {
  const company = { CompanyCode: '1010', ReconciliationAccount: '21100000', PaymentTerms: 'NT30' };
  const purchasing = { PurchasingOrganization: '1010', PurchaseOrderCurrency: 'EUR' };
  const create = (changed: object = {}, supplier: object = {}) =>
    bench.client.post(`${PARTNER}/A_BusinessPartner`, {
      ...{ BusinessPartnerCategory: '2', OrganizationBPName1: 'Rimfeld', BusinessPartnerIDByExtSystem: 'R2' },
      to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLVN00' }, { BusinessPartnerRole: 'FLVN01' }],
      to_BusinessPartnerAddress: [
        { CityName: 'Ulm', Country: 'DE', to_EmailAddress: [{ EmailAddress: 'a@example.com' }] },
      ],
      to_BusinessPartnerTax: [{ BPTaxType: 'DE0', BPTaxNumber: 'DE123456789' }],
      to_Supplier: {
        ...{ PaymentIsBlockedForSupplier: true, to_SupplierCompany: [company], to_SupplierPurchasingOrg: [purchasing] },
        ...supplier,
      },
      ...changed,
    });

  it('become vendors of another number by their roles, twice as readily as once', async () => {
    const [first, second] = [await create(), await create()];
    expect([first.at('d.BusinessPartner'), first.at('d.Supplier')]).toEqual(['1000000001', '17300025']);
    expect(second.at('d.Supplier')).toBe('17300026');
    const expand = '$expand=to_BusinessPartnerAddress/to_EmailAddress,to_Supplier/to_SupplierCompany';
    const read = await bench.client.get(`${PARTNER}/A_BusinessPartner('1000000001')?${expand}`);
    expect(read.at('d.to_Supplier')).toMatchObject({ SupplierName: 'Rimfeld', PaymentIsBlockedForSupplier: true });
    expect(read.at('d.to_BusinessPartnerAddress.results.0.to_EmailAddress.results.0.EmailAddress')).toBe(
      'a@example.com',
    );
    const patched = await bench.client.patch(`${PARTNER}/A_Supplier('17300025')`, { PostingIsBlocked: true });
    expect(patched.status).toBe(204);
    expect((await bench.client.post(`${PARTNER}/A_Supplier`, { PostingIsBlocked: true })).status).toBe(405);
  });

  it.each([
    ['a number of their own', { BusinessPartner: '4711' }, {}],
    ['an unknown grouping', { BusinessPartnerGrouping: 'XX' }, {}],
    ['an unknown role', { to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLXX' }] }, {}],
    ['vendor data without a role', { to_BusinessPartnerRole: [] }, {}],
    ['purchasing data without its role', { to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLVN00' }] }, {}],
    ['a tax number of no category', { to_BusinessPartnerTax: [{ BPTaxType: 'ZZZ', BPTaxNumber: '1' }] }, {}],
    ['unknown terms', {}, { to_SupplierCompany: [{ ...company, PaymentTerms: 'ZZ' }] }],
    ['an unknown account', {}, { to_SupplierCompany: [{ ...company, ReconciliationAccount: '1' }] }],
    ['an unknown company code', {}, { to_SupplierCompany: [{ ...company, CompanyCode: '9' }] }],
    ['a list for one vendor', { to_Supplier: [{}] }, {}],
  ])('are refused with %s', async (_, changed, supplier) => {
    expect((await create(changed, supplier)).status).toBe(400);
  });
});

describe('source lists', () => {
  const entry = {
    ...{ Material: 'RM-6205', Plant: '1010', Supplier: '17300001', PurchasingOrganization: '1010' },
    ...{ ValidityStartDate: day('2099-01-01'), ValidityEndDate: day('2099-12-31') },
  };
  const create = (changed: object = {}) => bench.client.post(`${SOURCE}/A_PurchasingSource`, { ...entry, ...changed });

  it('take the same entry twice, and change or lose one only by its ETag', async () => {
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([201, 201]);
    const path = `${SOURCE}/A_PurchasingSource(Material='RM-6205',Plant='1010',SourceListRecord='${second.at('d.SourceListRecord')}')`;
    const end = { ValidityEndDate: day('2099-06-30') };
    expect((await bench.client.patch(path, end)).status).toBe(428);
    const etag = { 'if-match': second.headers.get('etag') ?? '' };
    expect((await bench.client.patch(path, end, etag)).status).toBe(204);
    expect((await bench.client.remove(path, etag)).status).toBe(412);
    const current = (await bench.client.get(path)).headers.get('etag') ?? '';
    expect((await bench.client.remove(path, { 'if-match': current })).status).toBe(204);
    expect((await bench.client.get(path)).status).toBe(404);
  });

  it.each([
    ['an end before the beginning', { ValidityEndDate: day('2098-12-31') }],
    ['an unknown supplier', { Supplier: '4711' }],
    ['a supplier that is blocked', { Supplier: '17300019' }],
    ['a material that is not bought there', { Material: 'FG-2001' }],
    ['a number of its own', { SourceListRecord: '7' }],
  ])('are refused with %s', async (_, changed) => {
    expect((await create(changed)).status).toBe(400);
  });

  it('have one fixed source on any day', async () => {
    const fixed = { SupplierIsFixed: true };
    expect((await create({ ...fixed, Material: 'RM-6206' })).status).toBe(201);
    expect((await create({ ...fixed, Material: 'RM-6206', Supplier: '17300002' })).status).toBe(400);
    expect((await create({ ...fixed, Material: 'RM-6206', Plant: '1020' })).status).toBe(201);
  });
});
