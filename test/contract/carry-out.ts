import Big from 'big.js';
import { CountersignError, isCountersignError } from '../../lib/core/errors.ts';
import { clean } from '../../lib/core/operation/write.ts';
import { takeClaims } from '../../lib/core/policy/claims.ts';
import { isCreate, isRead, type Tool } from '../../lib/core/tool.ts';
import { memoryPots } from '../lib/core/policy/memory-pots.ts';
import type { Connected } from './systems.ts';

/** A reference as the core makes them. */
export const reference = 'LC0NTRACT001';

interface Options {
  readonly reference?: string;
  /** Sends that are allowed; 5 unless told. */
  readonly permits?: number;
}

/** Carries one call out as the product does, without its records, and checks the output against the contract. */
export async function carryOut(
  system: Connected,
  name: string,
  asked: unknown,
  options: Options = {},
): Promise<unknown> {
  const tool = await system.tool(name);
  const input: unknown = tool.contract.input.parse(asked);
  try {
    return tool.contract.output.parse(clean(tool.contract.output, await outputOf(tool, input, system, options)));
  } catch (error) {
    throw isCountersignError(error) ? error : system.connector.mapError(error);
  }
}

async function outputOf(tool: Tool, input: unknown, system: Connected, options: Options): Promise<unknown> {
  const { organisation } = system;
  const signal = AbortSignal.timeout(15_000);
  if (isRead(tool)) {
    const body = await tool.run(input, { client: system.readClient, organisation, signal, today: '2026-11-21' });
    return { version: 'none', ...body, asOf: new Date(0).toISOString(), source: 'erp', lagMs: 0 };
  }
  const client = system.writeClient;
  const call = { client, organisation, signal };
  let sends = 0;
  const permit = async () => {
    sends += 1;
    if (sends > (options.permits ?? 5)) throw new CountersignError('ATTEMPTS_SPENT', 'No further send is allowed.');
  };
  const writeCall = { ...call, reference: options.reference ?? reference, permit };
  if (isCreate(tool)) {
    const { contract, claims } = tool;
    const { pots } = memoryPots({ get: async () => undefined });
    const of = contract.takesFrom?.(input) ?? '';
    if (claims) await takeClaims({ id: 'o1', version: 1, system: 'erp' }, { of, pots, ask: () => claims(input, call) });
    for (const { amount, left, pot, refusal } of (await tool.claims?.(input, call)) ?? [])
      if (new Big(left).lt(amount)) throw new CountersignError(refusal, `Of ${pot} ${left} is left.`);
    const body = await tool.read(await tool.run(input, writeCall), input, writeCall);
    if (body === undefined) throw new Error('The document is confirmed and missing.');
    const output = { ...body, deviations: [], reference: writeCall.reference };
    return { ...output, deviations: tool.contract.compare?.(input, output).deviations };
  }
  const before = await tool.read(input, call);
  tool.check(input, before);
  await tool.run(input, { ...writeCall, before });
  const after = tool.state.parse(JSON.parse(JSON.stringify(await tool.read(input, call))));
  if (tool.lookup === 'none' || !tool.lookup.intended(input, after)) throw new Error('The change did not arrive.');
  return { deviations: [], ...tool.output(input, { before, after }) };
}
