import { type Handled, jsonAnswer, problemAnswer } from './http/answer.ts';
import type { LocalRequest } from './http/request.ts';
import type { Functions } from './services/lambda/lambda.ts';

/** What the control endpoints show and move. */
export interface ControlOptions {
  readonly functions: Functions;
}

/** `/_local/*`: what tests and people see of the local AWS and do to it. */
export const controlEndpoints =
  (options: ControlOptions) =>
  async (request: LocalRequest): Promise<Handled> => {
    if (request.path === '/_local/functions' && request.method === 'GET') {
      return jsonAnswer({
        functions: options.functions
          .all()
          .map((one) => ({ name: one.settings.name, role: one.settings.roleArn, processes: one.processes() })),
      });
    }
    return problemAnswer(404, 'Not Found', `There is no ${request.method} ${request.path}.`);
  };
