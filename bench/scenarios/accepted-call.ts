import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { type SignedFetch, signedFetch } from '../../bin/cli/signed-fetch.ts';
import { newKey, order } from '../call.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario } from '../scenario.ts';
import { startProcess } from '../started-process.ts';

const root = resolve(import.meta.dirname, '..', '..');
const rounds = 150;
const warmUp = 40;

const endpoints = z.object({
  apiUrl: z.string(),
  region: z.string(),
  agents: z.object({ 'buyer-agent': z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }) }),
});

/** A signed call over HTTP through the whole local stack, from an agent's side; the simulated ERP answers at once. */
export const acceptedCall: Scenario = {
  name: 'accepted-call',
  title: 'A signed call through the whole local stack',
  async run({ bundles, directory, signal, progress }): Promise<Measured> {
    const { files } = await bundles();
    progress('starting the stack');
    const functions = dirname(dirname(files.countersign));
    const stack = startProcess('bench/hosts/stack.ts', [join(directory, 'stack'), functions], root);
    try {
      const [line] = await stack.line(/^\{.*\}$/);
      const { apiUrl, region, agents } = endpoints.parse(JSON.parse(line));
      const calls = callsOf(signedFetch(agents['buyer-agent'], { region, service: 'execute-api' }), apiUrl);
      const variants = [calls.catalogue, calls.create, calls.duplicate];
      await interleave(variants, { rounds: warmUp, signal, progress: () => progress('warming up') });
      const [catalogue = [], creates = [], duplicates = []] = await interleave(variants, {
        rounds,
        signal,
        progress: (round) => progress(`round ${round} of ${rounds}`),
      });
      const against = 'GET /v1/tools: neither store nor ERP';
      return {
        series: [
          { what: against, unit: 'ms', samples: catalogue },
          { what: 'accepted create', unit: 'ms', samples: creates, against },
          { what: 'duplicate', unit: 'ms', samples: duplicates, against },
        ],
        wanted: [
          { what: 'accepted create', measure: 'p95', atMost: 45 },
          { what: 'duplicate', measure: 'p95', atMost: 45 },
        ],
      };
    } finally {
      await stack.close();
    }
  },
};

/** Each answers how many ms it took; a duplicate repeats the create before it. */
function callsOf(send: SignedFetch, apiUrl: string) {
  let key = newKey();
  const timed = async (path: string, request: Parameters<SignedFetch>[1], replayed: boolean): Promise<number> => {
    const from = performance.now();
    const response = await send(`${apiUrl}${path}`, request);
    const body = await response.text();
    const took = performance.now() - from;
    if (response.status !== 200 || (response.headers.get('idempotent-replayed') === 'true') !== replayed)
      throw new Error(`${path} answered ${response.status}: ${body}`);
    return took;
  };
  const post = (replayed: boolean) =>
    timed(
      '/v1/tools/erp_create_purchase_order',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(order),
      },
      replayed,
    );
  return {
    catalogue: () => timed('/v1/tools', {}, false),
    create: () => {
      key = newKey();
      return post(false);
    },
    duplicate: () => post(true),
  };
}
