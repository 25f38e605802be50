import { valueText } from '../amount.ts';
import type { Asked } from '../asked.ts';
import { type BatchTerms, canBeInBatch } from '../batch.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { layout, type Visitor } from './layout.ts';

/** Everything that waits for one person. */
export interface OpenApprovalsPage {
  readonly visitor: Visitor;
  readonly waiting: readonly Asked[];
  readonly moments: Moments;
  /** Where several may be approved at once. */
  readonly terms?: BatchTerms | undefined;
}

/** What waits for the person who looks, the nearest deadline first; what can be approved together can be chosen, tool by tool. */
export function openApprovalsPage({ visitor, waiting, moments, terms }: OpenApprovalsPage): Html {
  const { base } = visitor;
  const sorted = waiting.toSorted((a, b) => a.approval.expiresAt - b.approval.expiresAt);
  const groups = terms ? groupsOf(sorted) : [];
  const alone = sorted.filter((asked) => !groups.some(([, members]) => members.includes(asked)));
  return layout(
    visitor,
    'My open approvals',
    html`<h1>My open approvals</h1>
${waiting.length === 0 && html`<p>Nothing waits for you.</p>`}
${alone.length > 0 && html`<ul class="cards">${alone.map((asked) => html`<li>${card(asked, { base, moments })}</li>`)}</ul>`}
${terms && groups.map((group, n) => chooser(group, { n, base, moments, terms }))}`,
  );
}

/** The tools of which two or more wait that can be approved together. */
function groupsOf(waiting: readonly Asked[]): [tool: string, members: Asked[]][] {
  const groups = Map.groupBy(
    waiting.filter(({ approval }) => canBeInBatch(approval)),
    ({ approval }) => approval.tool,
  );
  return [...groups].filter(([, members]) => members.length > 1);
}

const chooser = (
  [tool, members]: readonly [string, readonly Asked[]],
  {
    n,
    base,
    moments,
    terms: { currency, upTo },
  }: { readonly n: number; readonly base: string; readonly moments: Moments; readonly terms: BatchTerms },
): Html => html`<form method="get" action="${base}/batch" aria-labelledby="tool-${n}">
<h2 id="tool-${n}">${toolWords(tool, members)}</h2>
<p class="remark">Choose several to look at them together, up to ${valueText(currency, upTo)}.</p>
<ul class="cards">${members.map(
  (asked) => html`<li class="choice">
<input type="checkbox" name="id" value="${asked.approval.id}" aria-label="Choose: ${asked.dossier.action}">
<div>${card(asked, { base, moments })}</div>
</li>`,
)}</ul>
<button>Look at the chosen ones together</button>
</form>`;

/** `erp_close_purchase_requisition` as `erp: close purchase requisition`. */
function toolWords(tool: string, [first]: readonly Asked[]): string {
  const system = first?.approval.system ?? '';
  return `${system}: ${tool.slice(system.length + 1).replaceAll('_', ' ')}`;
}

const card = (
  { approval, dossier }: Asked,
  { base, moments }: { readonly base: string; readonly moments: Moments },
): Html => html`<a href="${base}/a/${approval.id}"><bdi>${dossier.action}</bdi></a>
<p><bdi>${dossier.headline}</bdi></p>
<p class="remark">Decide by ${moments.at(approval.expiresAt)} (${moments.distance(approval.expiresAt)})</p>`;
