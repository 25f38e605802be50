import type { HttpAnswer, ServiceError } from '../../service.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** An error as S3 words it: XML, with the further members as elements. */
export const xmlRefusal = (error: ServiceError): HttpAnswer => {
  const members = { Code: error.code, Message: error.message, ...error.details };
  const elements = Object.entries(members).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`);
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements.join('')}</Error>`,
  };
};
