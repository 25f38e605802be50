import type { Measured, Scenario, Series } from '../scenario.ts';

/** How large what is deployed is. */
export const bundleSizes: Scenario = {
  name: 'bundle-sizes',
  title: 'Bundles, minified (1 KB = 1,024 bytes)',
  async run({ bundles }): Promise<Measured> {
    const { sizes, started, conventional } = await bundles();
    const size = (what: string, bytes: number, against?: string): Series => ({
      ...{ what, unit: 'KB', samples: [bytes / 1024] },
      ...(against !== undefined && { against }),
    });
    const plain = size('conventional stack', conventional.plain);
    const lean = size('conventional stack, leaned as ours are', conventional.lean, plain.what);
    const ours = Object.entries(sizes).map(([entry, bytes]) =>
      size(`countersign ${entry}`, bytes, entry === 'tools' ? plain.what : undefined),
    );
    // A bundle has the tools of all kinds; a function evaluates those that it is asked for.
    const tools = size('countersign tools, as it starts', started['tools'] ?? 0, plain.what);
    return {
      series: [plain, lean, ...ours, tools],
      wanted: [{ what: tools.what, measure: 'max', atMost: 450 }],
    };
  },
};
