const markup = Symbol('markup');

/** Markup that is safe to send. Only `html` makes it: no parsed text has the symbol. */
export interface Html {
  readonly [markup]: string;
}

/** What a template takes: text is escaped, markup is not, nothing is nothing. */
export type Part = string | number | Html | undefined | false | readonly Part[];

/** Markup from a template. Every value is escaped, and characters that hide or reorder text are shown by their code. */
export const html = (literals: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [markup]: String.raw({ raw: literals }, ...parts.map(markupOf)),
});

/** The markup as text, to be sent. */
export const textOf = (page: Html): string => page[markup];

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return markup in part ? part[markup] : part.map(markupOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  visible(text.toWellFormed()).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Controls but tab and line feed, what turns the direction of text, and what nobody sees; joiners belong to scripts. */
const unseen = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\t\n\u200c\u200d\ufe00-\ufe0f]]/gv;

/** Text in which nothing is hidden: what would not be seen, or would reorder its neighbours, stands there as `[U+202E]`. */
export const visible = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
