import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, PO, SALES } from './bench.ts';

const PRODUCT = 'odata/sap/API_PRODUCT_SRV';
const STOCK = 'odata/sap/API_MATERIAL_STOCK_SRV';

describe('reading by V2', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const get = (path: string) => bench.client.get(path);
  const count = async (set: string, filter: string) =>
    Number((await get(`${set}/$count?$filter=${encodeURIComponent(filter)}`)).text);

  it('filters with comparisons, logic, parentheses and the functions of V2', async () => {
    const all = await count(`${PO}/A_PurchaseOrder`, "PurchaseOrder ne ''");
    expect(all).toBe(300);
    const supplier = await count(`${PO}/A_PurchaseOrder`, "Supplier eq '17300001'");
    const others = await count(`${PO}/A_PurchaseOrder`, "not (Supplier eq '17300001')");
    expect(supplier + others).toBe(all);
    expect(
      await count(`${PO}/A_PurchaseOrder`, "Supplier eq '17300001' or Supplier eq '17300002' and Supplier eq 'none'"),
    ).toBe(supplier);
    expect(
      await count(`${PO}/A_PurchaseOrder`, "(Supplier eq '17300001' or Supplier eq '17300002') and Supplier eq 'none'"),
    ).toBe(0);
    const text = `${PRODUCT}/A_ProductDescription`;
    const grooved = await count(text, "substringof('groove ball',ProductDescription)");
    expect(grooved).toBe(26);
    expect(await count(text, "substringof('groove ball',ProductDescription) eq true")).toBe(grooved);
    expect(await count(text, "startswith(Product,'RM-62') and endswith(ProductDescription,'6204')")).toBe(1);
  });

  it('compares decimals as numbers, days as days, numeric strings with or without their zeros', async () => {
    const items = `${PO}/A_PurchaseOrderItem`;
    expect(await count(items, 'NetPriceQuantity ge 1000M')).toBe(await count(items, 'NetPriceQuantity eq 1000'));
    expect(await count(items, "PurchaseOrder eq '4500000001' and PurchaseOrderItem eq '10'")).toBe(1);
    expect(await count(items, "PurchaseOrder eq '4500000001' and PurchaseOrderItem eq '00010'")).toBe(1);
    const today = `datetime'${new Date().toISOString().slice(0, 10)}T00:00:00'`;
    expect(await count(`${PO}/A_PurchaseOrder`, `CreationDate lt ${today}`)).toBe(300);
    expect(await count(`${PO}/A_PurchaseOrder`, `CreationDate ge ${today}`)).toBe(0);
  });

  it('refuses filters that are unknown, ill-typed or broken, and names what it does not support', async () => {
    const wrong: [string, number, RegExp][] = [
      ["Colour eq 'red'", 400, /Colour/],
      ['Supplier eq 17300001', 400, /Supplier/],
      ["CreationDate gt '2026-01-01'", 400, /CreationDate/],
      ["Supplier eq 'x", 400, /position/],
      ["Supplier eq 'x' and", 400, /ends too early/],
      ["Supplier like 'x'", 400, /comparison/],
      ["to_PurchaseOrderItem/Material eq 'x'", 501, /navigation/],
      ["contains(Supplier,'1')", 501, /contains/],
      ["tolower(Supplier) eq 'x'", 501, /tolower/],
    ];
    for (const [filter, status, message] of wrong) {
      const refused = await get(`${PO}/A_PurchaseOrder?$filter=${encodeURIComponent(filter)}`);
      expect([refused.status, refused.at('error.message.value')]).toEqual([status, expect.stringMatching(message)]);
    }
    for (const option of [
      '$apply=x',
      '$count=true',
      '$top=-1',
      '$orderby=Colour',
      '$select=Colour',
      '$expand=to_Nowhere',
    ]) {
      expect((await get(`${PO}/A_PurchaseOrder?${option}`)).status).toBe(400);
    }
  });

  it('pages by hundreds, with a link to the next page and the count of all', async () => {
    const seen: unknown[] = [];
    let path: string | undefined = `${SALES}/A_SalesOrder?$inlinecount=allpages&$select=SalesOrder`;
    let pages = 0;
    while (path !== undefined) {
      const page = await get(path);
      expect(page.at('d.__count')).toBe('500');
      seen.push(...page.list('d.results').map((row) => row['SalesOrder']));
      const next = page.at('d.__next');
      path = typeof next === 'string' ? next.slice(`${bench.origins.api}/sap/opu/`.length) : undefined;
      pages += 1;
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([5, 500, 500]);
  });

  it('stops at $top, also across pages, and starts at $skip', async () => {
    const first = await get(`${SALES}/A_SalesOrder?$top=130&$skip=10&$orderby=CreationDate desc,SalesOrder asc`);
    expect(first.list('d.results')).toHaveLength(100);
    const second = await get(String(first.at('d.__next')).slice(`${bench.origins.api}/sap/opu/`.length));
    expect([second.list('d.results').length, second.at('d.__next')]).toEqual([30, undefined]);
  });

  it('shows what is selected and expanded, and links to the rest', async () => {
    const read = await get(
      `${PO}/A_PurchaseOrder('4500000001')?$select=PurchaseOrder,to_PurchaseOrderItem/Material&$expand=to_PurchaseOrderItem`,
    );
    expect(Object.keys(Object(read.at('d')))).toEqual(['__metadata', 'PurchaseOrder', 'to_PurchaseOrderItem']);
    expect(Object.keys(Object(read.at('d.to_PurchaseOrderItem.results.0')))).toEqual(['__metadata', 'Material']);
    const whole = await get(`${PO}/A_PurchaseOrder('4500000001')`);
    expect(whole.at('d.to_PurchaseOrderItem.__deferred.uri')).toMatch(
      /A_PurchaseOrder\('4500000001'\)\/to_PurchaseOrderItem$/,
    );
    const parent = await get(
      `${PO}/A_PurchaseOrderItem(PurchaseOrder='4500000001',PurchaseOrderItem='10')/to_PurchaseOrder`,
    );
    expect(parent.at('d.Supplier')).toBe('17300001');
  });

  it('reads keys with quotes and slashes as one value, and only in the stored form', async () => {
    for (const path of ["A_Product('RM-6204%27%27or''1')", "A_Product('a%2Fb')", "A_Product('rm-6204')"]) {
      const missing = await get(`${PRODUCT}/${path}`);
      expect([missing.status, missing.at('error.code')]).toEqual([404, '/IWBEP/CM_MGW_RT/020']);
    }
    const stock = await get(
      `${STOCK}/A_MatlStkInAcctMod?$filter=Material eq 'RM-6204' and Plant eq '1010' and InventoryStockType eq '01'`,
    );
    const uri = String(stock.at('d.results.0.__metadata.uri'));
    const again = await get(uri.slice(`${bench.origins.api}/sap/opu/`.length));
    expect(again.at('d.MatlWrhsStkQtyInMatlBaseUnit')).toBe('140');
    expect((await get(`${PO}/A_PurchaseOrderItem(PurchaseOrder='4500000001')`)).status).toBe(400);
    expect((await get(`${PO}/A_PurchaseOrder('0000000001')`)).status).toBe(404);
  });

  it('speaks JSON only when asked for it, and knows its services and their segments only', async () => {
    const asked = (accept: string) => bench.client.call(`${PO}/A_PurchaseOrder`, { headers: { accept } });
    expect((await asked('*/*')).status).toBe(406);
    expect((await asked('application/json, */*')).status).toBe(200);
    expect((await get(`${PO}/A_Nothing`)).at('error.message.value')).toContain("'A_Nothing'");
    expect((await get('odata/sap/API_NOTHING_SRV/A_Nothing')).status).toBe(404);
    expect((await get(`${PO}/A_PurchaseOrder('4500000001')/Supplier`)).status).toBe(501);
  });

  it('describes itself: every set of the service document is in $metadata, with lengths', async () => {
    const sets = (await get(`${PO}/`)).at('d.EntitySets');
    const metadata = (await get(`${PO}/$metadata`)).text;
    for (const set of Array.isArray(sets) ? sets : []) expect(metadata).toContain(`<EntitySet Name="${set}"`);
    expect(metadata).toContain('<Property Name="CorrespncInternalReference" Type="Edm.String" MaxLength="12"/>');
    expect((await get(`${SALES}/$metadata`)).text).toContain('ConcurrencyMode="Fixed"');
    expect(metadata).not.toContain('ConcurrencyMode');
  });
});
