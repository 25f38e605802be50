import type { Reply } from '../../../lib/simulation/server.ts';
import type { Service } from './odata/edm.ts';
import { errorBodyV2, errorBodyV4, type ODataError } from './odata/error.ts';
import { jsonHeaders } from './odata/read.ts';

/** An error as the service writes it. */
export const errorReply = (error: ODataError, service: Service, now: number): Reply => ({
  status: error.status,
  headers: { ...jsonHeaders(service), ...error.headers },
  body: service.version === 2 ? errorBodyV2(error, service, now) : errorBodyV4(error),
});

/** The answer where no service is mounted. */
export const noService = (): Reply => ({
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: { code: '/IWFND/MED/170', message: { lang: 'en', value: 'No service found for this address.' } },
  }),
});

/** The list of a service's entity sets. */
export const serviceDocument = (service: Service): Reply => {
  const sets = Object.keys(service.entities);
  const body =
    service.version === 2
      ? { d: { EntitySets: sets } }
      : { '@odata.context': '$metadata', value: sets.map((name) => ({ name, url: name })) };
  return { status: 200, headers: jsonHeaders(service), body: JSON.stringify(body) };
};
