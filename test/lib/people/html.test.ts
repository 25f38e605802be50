import { expect, test } from 'vitest';
import { html, textOf } from '../../../lib/people/html.ts';

const shown = (text: string) => textOf(html`${text}`);

test('text is escaped in elements and attributes; markup of templates is not', () => {
  const inner = html`<b title="${`"'`}">${'<&>'}</b>`;
  expect(textOf(html`<p>${[inner, 'a<', 3]}</p>`)).toBe('<p><b title="&quot;&#39;">&lt;&amp;&gt;</b>a&lt;3</p>');
});

test('nothing stands for what is absent', () => {
  expect(textOf(html`[${undefined}${false}${[]}]`)).toBe('[]');
});

test('parsed JSON cannot pass for markup', () => {
  const forged: unknown = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>"}');
  expect(() => textOf(html`${forged as string}`)).toThrow();
});

test('what hides or turns text is shown by its code; scripts that join letters, and emoji, stay whole', () => {
  expect(shown('a\u202eb')).toBe('a[U+202E]b');
  expect(shown('\u0000\u001b[31m\u2028\ufeff\u{e0041}')).toBe('[U+0000][U+001B][31m[U+2028][U+FEFF][U+E0041]');
  expect(shown('می\u200cخواهم 👩\u200d🔧 ❤\ufe0f')).toBe('می\u200cخواهم 👩\u200d🔧 ❤\ufe0f');
  expect(shown('two\r\nlines\tand\rmore')).toBe('two\nlines\tand[U+000D]more');
  expect(shown('half \ud800 pair')).toBe('half \ufffd pair');
});

test('a dollar sign or a backslash is only itself', () => {
  expect(textOf(html`<p>${'$1 $& \\n {x}'}</p>`)).toBe('<p>$1 $&amp; \\n {x}</p>');
});
