import type { Reply } from '../../../lib/simulation/server.ts';

/** A refusal in the portal's own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** An answer of the portal. */
export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** A refusal as the portal writes it. */
export const refusalReply = ({ status, code, message }: Refusal): Reply => json(status, { error: { code, message } });
