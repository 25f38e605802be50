import * as z from 'zod';
import type { Connection } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import { withCsrf } from '../../lib/protocols/csrf.ts';
import { exchangeOver } from '../../lib/protocols/exchange.ts';
import { accessTokens, withBearer } from '../../lib/protocols/oauth.ts';
import type { ODataService } from '../../lib/protocols/odata.ts';
import { odataService } from '../../lib/protocols/odata-service.ts';
import { odataV2 } from '../../lib/protocols/odata-v2.ts';
import { odataV4 } from '../../lib/protocols/odata-v4.ts';
import type { S4hanaSettings } from './settings.ts';
import { type Units, unitsOf } from './units.ts';

/** The credential of one access: a technical user of its own for reading and for writing. */
export const secret = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** Where the services that the tools use are, below the API's origin. */
export const services = {
  purchaseOrderV2: { path: '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV/', version: odataV2 },
  purchaseOrderV4: {
    path: '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001/',
    version: odataV4,
  },
  purchaseRequisition: { path: '/sap/opu/odata/sap/API_PURCHASEREQ_PROCESS_SRV/', version: odataV2 },
  product: { path: '/sap/opu/odata/sap/API_PRODUCT_SRV/', version: odataV2 },
  businessPartner: { path: '/sap/opu/odata/sap/API_BUSINESS_PARTNER/', version: odataV2 },
  infoRecord: { path: '/sap/opu/odata/sap/API_INFORECORD_PROCESS_SRV/', version: odataV2 },
  sourceList: { path: '/sap/opu/odata/sap/API_PURCHASING_SOURCE_SRV/', version: odataV2 },
  stock: { path: '/sap/opu/odata/sap/API_MATERIAL_STOCK_SRV/', version: odataV2 },
  reservation: { path: '/sap/opu/odata/sap/API_RESERVATION_DOCUMENT_SRV/', version: odataV2 },
  materialDocument: { path: '/sap/opu/odata/sap/API_MATERIAL_DOCUMENT_SRV/', version: odataV2 },
  supplierInvoice: { path: '/sap/opu/odata/sap/API_SUPPLIERINVOICE_PROCESS_SRV/', version: odataV2 },
  salesOrder: { path: '/sap/opu/odata/sap/API_SALES_ORDER_SRV/', version: odataV2 },
  billing: { path: '/sap/opu/odata/sap/API_BILLING_DOCUMENT_SRV/', version: odataV2 },
  accounting: { path: '/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/', version: odataV2 },
  creditMemoRequest: { path: '/sap/opu/odata/sap/API_CREDIT_MEMO_REQUEST_SRV/', version: odataV2 },
  outboundDelivery: { path: '/sap/opu/odata/sap/API_OUTBOUND_DELIVERY_SRV;v=0002/', version: odataV2 },
} as const;

/** The name of a service. */
export type ServiceName = keyof typeof services;

/** What a tool of this kind gets to speak to its system. */
export interface S4hanaClient {
  readonly settings: S4hanaSettings;
  readonly units: Units;
  service(name: ServiceName): ODataService;
}

/** Connects the settings, the services and the layers that sign requests; opens no socket. */
export function s4hanaClient({
  settings,
  origins,
  secret: credential,
  transport,
  now,
}: Connection<S4hanaSettings, z.output<typeof secret>>): S4hanaClient {
  const { api, token } = origins;
  if (!api || !token)
    throw new CountersignError('INTERNAL', 'The origins api and token must be configured.', { applied: 'no' });
  const tokens = accessTokens({ transport, tokenUrl: token, secret: credential, now, settings: settings.oauth });
  const signed = withBearer(exchangeOver(transport), tokens);
  // Messages are compared with English texts, and unit codes are those of English.
  const headers = { 'accept-language': 'en' };
  const parameters: Record<string, string> = settings.sapClient ? { 'sap-client': settings.sapClient } : {};
  const query = settings.sapClient ? `?sap-client=${encodeURIComponent(settings.sapClient)}` : '';
  const connected = new Map<ServiceName, ODataService>();
  return {
    settings,
    units: unitsOf(settings.units),
    service: (name) => {
      const known = connected.get(name);
      if (known) return known;
      const { path, version } = services[name];
      const root = api.replace(/\/$/, '') + path;
      const exchange = withCsrf(signed, { url: root + query, headers });
      const service = odataService({ version, exchange, root, headers, parameters, now });
      connected.set(name, service);
      return service;
    },
  };
}
