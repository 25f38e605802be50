import type { Approval } from '../../core/approval/approval.ts';
import type { Asked } from '../asked.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import type { NotTaken } from '../take.ts';
import type { Names } from './decisions.ts';
import { layout, type Visitor } from './layout.ts';

/** What became of one approval of several: taken, where nothing was refused. */
export interface BatchResult extends Asked {
  readonly refused?: NotTaken | 'changed' | 'failed';
}

interface Seen {
  readonly names: Names;
  readonly moments: Moments;
}

/** What became of each of several that were approved together. */
export function batchResultsPage(visitor: Visitor, results: readonly BatchResult[], seen: Seen): Html {
  const taken = results.filter(({ refused }) => refused === undefined).length;
  return layout(
    visitor,
    'What became of them',
    html`<h1>${taken} of ${results.length} approvals ${taken === 1 ? 'was' : 'were'} taken</h1>
<ol class="cards">${results.map(
      (result) => html`<li${result.refused !== undefined && html` class="warning"`}>
<a href="${visitor.base}/a/${result.approval.id}"><bdi>${result.dossier.action}</bdi></a>
<p><bdi>${result.dossier.headline}</bdi></p>
<p><strong>${outcome(result, seen)}</strong></p>
</li>
`,
    )}</ol>
<p><a href="${visitor.base}/">My open approvals</a></p>`,
  );
}

function outcome({ refused, approval }: BatchResult, seen: Seen): Html {
  const { need, decisions } = approval;
  if (refused === 'settled') return settled(approval, seen);
  if (refused !== undefined) return html`${refusals[refused]}`;
  const missing = need - decisions.filter(({ verdict }) => verdict === 'approve').length;
  if (approval.status === 'approved') return html`Approved. It is checked once more, and then carried out.`;
  return html`Your approval is kept; ${missing} more must approve.`;
}

/** Who decided before, and when. */
function settled({ status, decisions }: Approval, { names, moments }: Seen): Html {
  const last = decided.has(status) ? decisions.at(-1) : undefined;
  return html`Already ${states[status]}${last && html` by ${names(last.approver)} ${moments.at(last.at)}`}. Your approval was not taken.`;
}

const decided: ReadonlySet<Approval['status']> = new Set(['approved', 'refused', 'asked_back']);

const states: Readonly<Record<Approval['status'], string>> = {
  pending: 'asked again',
  approved: 'approved',
  refused: 'refused',
  expired: 'expired',
  asked_back: 'asked back',
  withdrawn: 'withdrawn',
};

const refusals: Readonly<Record<Exclude<BatchResult['refused'], 'settled' | undefined>, string>> = {
  expired: 'Expired: the deadline has passed. Your approval was not taken.',
  not_asked: 'You are not asked any more. Your approval was not taken.',
  already_said: 'You have answered before. That answer stands.',
  above_limit: 'It is above your limit by now. Your approval was not taken.',
  changed: 'Changed since you looked, and therefore not approved. Open it and look again.',
  failed: 'This could not be written now. Open it to see what was recorded.',
};
