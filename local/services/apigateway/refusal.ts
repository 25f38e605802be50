import type { GatewayProblem } from './gateway-response.ts';

/** Thrown on the way through the gateway: it answers this itself. */
export class GatewayRefusal extends Error {
  readonly problem: GatewayProblem;

  constructor(problem: GatewayProblem) {
    super(problem.message);
    this.name = 'GatewayRefusal';
    this.problem = problem;
  }
}
