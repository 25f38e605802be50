import Table from 'cli-table3';
import { plain } from './plain-text.ts';

const noLines = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Columns without lines, so that they can be read, copied and searched. Cells are made printable; `undefined` is empty. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const drawn = new Table({ chars: noLines, style });
  drawn.push(
    head.map((name) => name.toUpperCase()),
    ...rows.map((row) => row.map((cell) => plain(String(cell ?? '')))),
  );
  return trimmed(drawn.toString());
}

/** Names and values, one a line; those without a value are left out. */
export function pairs(values: Readonly<Record<string, string | number | undefined>>): string {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`).join('\n');
}

const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
