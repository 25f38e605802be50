/** One more message beside the main one. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** An error that the service answers in SAP's shape; `code` is SAP's message class and number where there is one. */
export class ODataError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { target?: string; details?: readonly ErrorDetail[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'ODataError';
    this.status = status;
    this.code = code;
    this.target = more.target;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
  }
}

/** The request itself is wrong (400). */
export const badRequest = (message: string, target?: string): ODataError =>
  new ODataError(400, '/IWBEP/CM_MGW_RT/021', message, target === undefined ? {} : { target });

/** A business rule refuses (400): `code` as SAP writes it, class and number. */
export const businessError = (code: string, message: string, target?: string): ODataError =>
  new ODataError(400, code, message, target === undefined ? {} : { target });

/** The real service can do it, this simulator does not (501). */
export const notSimulated = (what: string): ODataError =>
  new ODataError(501, '/IWBEP/CM_MGW_RT/022', `The simulator does not support ${what}.`);

const digitsOf = (at: number): string => new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);

/** The body of an OData V2 error as SAP Gateway writes it. */
export const errorBodyV2 = (error: ODataError, service: { id: string; component: string }, at: number): string => {
  const details = [{ code: error.code, message: error.message, target: error.target ?? '' }, ...error.details];
  return JSON.stringify({
    error: {
      code: error.code,
      message: { lang: 'en', value: error.message },
      innererror: {
        application: {
          component_id: service.component,
          service_namespace: '/SAP/',
          service_id: service.id,
          service_version: '0001',
        },
        transactionid: digitsOf(at).padEnd(32, '0'),
        timestamp: `${digitsOf(at)}.${String(at % 1000).padStart(3, '0')}0000`,
        errordetails: details.map(({ code, message, target = '' }) => ({
          code,
          message,
          propertyref: target,
          severity: 'error',
          transition: false,
          target,
        })),
      },
    },
  });
};

/** The body of an OData V4 error. */
export const errorBodyV4 = (error: ODataError): string =>
  JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      ...(error.target !== undefined && { target: error.target }),
      details: error.details.map((detail) => ({ ...detail, '@SAP__common.numericSeverity': 4 })),
    },
  });
