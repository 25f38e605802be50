import { stripVTControlCharacters } from 'node:util';

/** Control, bidi, zero-width and line separator characters, lone surrogates: they make a terminal show what is not there. */
const unprintable = /[\p{Cc}\p{Cs}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu;

/** Text of others on one line, as a table or a sentence may show it: terminal sequences go, control characters become spaces. */
export const plain = (text: string): string => stripVTControlCharacters(text).replace(unprintable, ' ').trimEnd();

/** JSON that no terminal interprets: the same value, with every unprintable character escaped. */
export const printableJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? 'null')
    .split('\n')
    .map((line) => line.replace(unprintable, escaped))
    .join('\n');

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`)
    .join('');
