import type { Measured, Scenario, Series } from '../scenario.ts';

/** 450 KB of 1,024 bytes. */
const mostBytes = 450 * 1024;

/** How large what is deployed is. */
export const bundleSizes: Scenario = {
  name: 'bundle-sizes',
  title: 'Bundle sizes, minified (1 KB = 1,024 bytes)',
  async run({ bundles }): Promise<Measured> {
    const { sizes, conventionalSize } = await bundles();
    const conventional: Series = { what: 'conventional stack', unit: 'KB', samples: [kilobytes(conventionalSize)] };
    const ours = Object.entries(sizes).map(
      ([entry, bytes]): Series => ({
        what: `countersign ${entry}`,
        unit: 'KB',
        samples: [kilobytes(bytes)],
        ...(entry === 'tools' && { against: conventional.what }),
      }),
    );
    return {
      series: [conventional, ...ours],
      wanted: [{ what: 'countersign tools', measure: 'max', atMost: mostBytes / 1024 }],
    };
  },
};

const kilobytes = (bytes: number): number => bytes / 1024;
