import type { Approval } from '../core/approval/approval.ts';

/** A round that was opened before about the same object, and what came of it. */
export interface EarlierApproval extends Pick<Approval, 'id' | 'status' | 'need' | 'decisions' | 'createdAt'> {
  readonly headline: string;
}

/** Finds what people were asked before. */
export interface EarlierApprovals {
  /** The last five rounds about an object that were opened before a moment (epoch ms), the latest first. */
  about(object: string, before: number): Promise<readonly EarlierApproval[]>;
}
