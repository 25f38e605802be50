import { literal } from '../../lib/protocols/odata-url.ts';

/** OData V2: the field contains a text. */
const contains = (field: string, text: string): string => `substringof(${literal(text)},${field})`;

/** OData V2: the field begins with a text. */
export const startsWith = (field: string, text: string): string => `startswith(${field},${literal(text)})`;

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/**
 * Condition that a field contains every word of a query, in any of the usual spellings:
 * the services compare case-sensitively, and not all of them know `tolower`.
 */
export function containsWords(field: string, query: string): string {
  const words = query.trim().split(/\s+/u).slice(0, 6);
  const conditions = words.map((word) => {
    const spellings = new Set([word, word.toLowerCase(), word.toUpperCase(), capitalised(word)]);
    return `(${[...spellings].map((spelling) => contains(field, spelling)).join(' or ')})`;
  });
  return `(${conditions.join(' and ')})`;
}
