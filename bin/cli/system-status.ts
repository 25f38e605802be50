import * as z from 'zod';
import { table } from './table.ts';

/** A system as the API shows it to operators. */
export const systemRow = z.looseObject({
  id: z.string(),
  kind: z.string(),
  isaLevel: z.int(),
  tools: z.array(z.string()),
  limits: z.looseObject({ perSecond: z.number(), concurrent: z.number() }),
  breaker: z.enum(['closed', 'open', 'half-open']),
  since: z.string().optional(),
  until: z.string().optional(),
  failures: z.int().optional(),
  silentUntil: z.string().optional(),
  paused: z.looseObject({ by: z.string(), reason: z.string(), since: z.string(), reads: z.boolean() }).optional(),
  frozen: z.looseObject({ reason: z.string(), until: z.string() }).optional(),
  inUse: z.int(),
  waitMs: z.number(),
  backlog: z.looseObject({ operations: z.int(), seconds: z.number() }).optional(),
});

type SystemRow = z.output<typeof systemRow>;

/** Systems, one a line: how fast each is called and what keeps it from being called. */
export const systemsTable = (systems: readonly SystemRow[]): string =>
  table(
    ['system', 'kind', 'tools', 'a second', 'at once', 'next in', 'backlog', 'state'],
    systems.map((system) => {
      const { id, kind, tools, limits, inUse, waitMs } = system;
      return [
        id,
        kind,
        tools.length,
        limits.perSecond,
        `${inUse} of ${limits.concurrent}`,
        `${waitMs} ms`,
        backlogText(system),
        stateOf(system),
      ];
    }),
  );

/** How much waits, and how long the oldest has. */
function backlogText({ backlog }: SystemRow): string {
  if (backlog === undefined) return '';
  const { operations, seconds } = backlog;
  if (operations === 0) return 'empty';
  return `${operations}, oldest ${seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`}`;
}

/** Who paused it, why, and what that holds back. */
export const pausedText = ({ paused }: Pick<SystemRow, 'paused'>): string =>
  paused === undefined
    ? 'not paused'
    : `${paused.reads ? 'paused' : 'writes paused'} by ${paused.by} since ${paused.since}: ${paused.reason}`;

function stateOf(system: SystemRow): string {
  const { paused, frozen, silentUntil } = system;
  const reasons = [
    paused && pausedText(system),
    frozen && `writes frozen until ${frozen.until}: ${frozen.reason}`,
    downText(system),
    silentUntil && `silent until ${silentUntil}, as it asked`,
  ];
  return reasons.filter(Boolean).join('; ') || 'in order';
}

function downText({ breaker, since = '?', until = '?', failures = 0 }: SystemRow): string | undefined {
  if (breaker === 'open') return `down since ${since}, tried again at ${until}`;
  if (breaker === 'half-open') return `down since ${since}, being tried`;
  return failures > 0 ? `${failures} failures in a row` : undefined;
}
