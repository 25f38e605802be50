import { evidenceOf, noEvidence } from '../../../../lib/core/operation/evidence.ts';
import { reconcile } from '../../../../lib/core/operation/reconcile.ts';
import type { Reviewing } from '../../../../lib/core/saga/review.ts';
import { catalogueOf } from '../../../../lib/core/system.ts';
import { isRead } from '../../../../lib/core/tool.ts';
import { openMeter } from '../resilience/memory-meter.ts';
import type { sagaHouse } from './house.ts';

/** What operators look into a house with; `isOpen`: whether its shop answers them. */
export function operatorsOf(house: ReturnType<typeof sagaHouse>) {
  const { operations, configuration } = house;
  const isOpen = { shop: true };
  const on: Reviewing = {
    operations,
    recover: (operation) => reconcile(operation, house.on),
    async evidence(operation) {
      const asked = operations.now();
      const connector = await configuration.systems['shop']?.load();
      if (!isOpen.shop || !connector) return noEvidence(asked, 'LOOKUP_FAILED');
      const entry = catalogueOf(configuration.systems).find(({ id }) => id === operation.tool);
      const tool = await entry?.load();
      if (!tool || isRead(tool)) return noEvidence(asked, 'TOOL_GONE');
      const ground = { connector, client: undefined, meter: openMeter(), patience: 15_000 };
      return evidenceOf(tool, operation, { ground, asked, signal: AbortSignal.timeout(1000) });
    },
  };
  return { on, isOpen };
}
