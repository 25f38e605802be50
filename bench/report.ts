import Table from 'cli-table3';
import type { Machine } from './machine.ts';
import type { Measured, Scenario, Series, Wanted } from './scenario.ts';
import { ratioOf, type Summary, summaryOf } from './statistics.ts';

/** One line of a report: a series, summed up. */
export interface Line extends Summary {
  readonly what: string;
  readonly unit: Series['unit'];
  /** How many times `against` it is. */
  readonly ratio?: number;
  readonly against?: string;
}

/** Something wanted, and what it was. */
export interface Checked extends Wanted {
  readonly was: number;
  readonly unit: Series['unit'];
  readonly met: boolean;
}

/** A scenario's results. */
export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly wanted: readonly Checked[];
  /** Why nothing was measured. */
  readonly failure?: string;
}

/** All results of a run; `before` and `after` tell how quiet the machine was. */
export interface Report {
  readonly at: string;
  readonly before: Machine;
  readonly after: Machine;
  readonly results: readonly Result[];
}

/** Sums up what a scenario measured, and checks it against what is wanted. */
export function resultOf({ name, title }: Scenario, { series, wanted }: Measured): Result {
  const find = (what: string): Series => {
    const found = series.find((each) => each.what === what);
    if (!found) throw new RangeError(`${name} has no series ${what}`);
    return found;
  };
  const lines = series.map(({ what, unit, samples, against }) => ({
    ...{ what, unit },
    ...summaryOf(samples),
    ...(against !== undefined && { against, ratio: ratioOf(samples, find(against).samples) }),
  }));
  const checked = wanted.map((each) => {
    const { unit, samples } = find(each.what);
    const was = summaryOf(samples)[each.measure];
    return { ...each, was, unit, met: was <= each.atMost };
  });
  return { scenario: name, title, lines, wanted: checked };
}

/** The result of a scenario that could not be measured. */
export const failureOf = ({ name, title }: Scenario, error: unknown): Result => ({
  scenario: name,
  title,
  lines: [],
  wanted: [],
  failure: error instanceof Error ? error.message : String(error),
});

/** Whether everything was measured and is what was wanted. */
export const isGood = ({ wanted, failure }: Result): boolean => failure === undefined && wanted.every(({ met }) => met);

/** A result as a person reads it. */
export function tableOf({ title, lines, wanted, failure }: Result): string {
  if (failure !== undefined) return `${title}\n  FAILED  ${failure.slice(0, 1000)}`;
  const table = new Table({
    head: ['', 'median', 'min – max', 'p95', 'ratio'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { what, unit, count, median, min, max, p95, ratio, against } of lines) {
    const single = count === 1 || min === max;
    const compared = ratio === undefined ? '' : `${ratio.toFixed(2)} x ${against}`;
    const range = single ? '' : `${digits(min)} – ${digits(max)}`;
    table.push([what, `${digits(median)} ${unit}`, range, count < 20 ? '' : digits(p95), compared]);
  }
  const verdicts = wanted.map(
    ({ what, measure, atMost, was, unit, met }) =>
      `  ${met ? 'met   ' : 'MISSED'}  ${what}: ${measure} ${digits(was)} ${unit}, wanted at most ${digits(atMost)}`,
  );
  return [title, table.toString(), ...verdicts].join('\n');
}

/** Three significant digits, or whole. */
const digits = (value: number): string =>
  Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toPrecision(3);
