import type { Surroundings } from './surroundings.ts';

/** One thing measured several times. */
export interface Series {
  readonly what: string;
  readonly unit: 'KB' | 'ms' | 's' | 'trips' | 'orders' | 'times' | 'requests' | 'writes' | 'sagas/s';
  readonly samples: readonly number[];
  /** `what` of the series measured in turns with this one that it is compared with. */
  readonly against?: string;
}

/** What is wanted of a series: its p95 or, where every sample counts, its largest. */
export interface Wanted {
  readonly what: string;
  readonly measure: 'p95' | 'max';
  readonly atMost: number;
}

/** What a scenario came to. */
export interface Measured {
  readonly series: readonly Series[];
  readonly wanted: readonly Wanted[];
}

/** One benchmark. `run` measures its variants in turns and stops when the signal fires. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  run(surroundings: Surroundings): Promise<Measured>;
}
