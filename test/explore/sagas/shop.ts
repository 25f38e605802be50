import * as z from 'zod';
import type { Connector } from '../../../lib/core/connector.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { type ToolEntry, toolEntry } from '../../../lib/core/system.ts';
import { byReference, byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { look, sendGoods, sendMail, takeA, takeB, takeC } from '../../lib/core/saga/house.ts';
import type { Process } from '../process.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/**
 * What becomes of one request that asks for an effect: refused for good; somebody else is at work on it; carried out, and the
 * answer is lost; lost on its way; carried out later, and the answer is lost; carried out, and found a few seconds later; confirmed, and nothing comes of it; refused because it is too early.
 */
export const fates = ['refused', 'locked', 'lost', 'dropped', 'late', 'shown late', 'forgotten', 'early'] as const;
/** One of them; otherwise all is well. */
export type Fate = (typeof fates)[number];

/** What the shop is asked for, by name. */
export const requests = [
  ...['take_a', 'take_b', 'take_c', 'give_a', 'give_b', 'give_c', 'send_goods', 'send_mail'],
] as const;

/** Something that was taken, or sent. */
export interface Thing {
  readonly what: string;
  readonly reference: string;
  readonly id: string;
  readonly seenFrom: number;
  given: number;
}

/** One effect: `take_a` of thing 1, `give_a` of thing 1. */
export interface Effect {
  readonly what: string;
  readonly thing: Thing;
}

/** What the connected shop is to one process. */
export interface Client {
  readonly process: Process;
}

/** The longest that a request without an answer may still be carried out, in ms. */
export const maxServerTime = 600_000;

const notAnswered = (cause?: unknown): CountersignError =>
  new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown', cause });

/** How to speak to the shop. */
export const connector: Connector<Client> = {
  kind: 'shop',
  secret: z.unknown(),
  rotation: 'manual',
  reference: { field: 'reference', maxLength: 12 },
  maxServerTime,
  lookupLag: 5_000,
  canonicalId: (_, id) => id,
  connect: () => {
    throw new Error('it is connected by its processes');
  },
  mapError: notAnswered,
  check: async () => [],
  limits: { perSecond: 50, concurrent: 20 },
  ping: async () => {},
};

/** What decides about the requests of one life. */
export interface Customs {
  readonly clock: VirtualClock;
  fateOf(request: string): { readonly how: Fate; readonly ms: number } | undefined;
  /** Whether the shop is closed for such a request. */
  isClosed(request: string): boolean;
  effected(effect: Effect): void;
  /** Whether an undoing looks at what there is before it is sent, and when it is looked for. */
  readonly looks: boolean;
}

/** What the next reads show. */
export interface Shown {
  blocks: string[];
  amount: string;
}

/** The shop of the life that takes place now: tools are made once, and lives follow one another. */
export interface Shop {
  open(customs: Customs): { readonly things: readonly Thing[]; readonly shown: Shown };
  readonly tools: readonly ToolEntry[];
}

/** A shop whose tools serve one life after the other. */
export function modelShop(): Shop {
  let customs: Customs;
  let things: Thing[] = [];
  const shown: Shown = { blocks: [], amount: '1' };
  const answered = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(resolve, reject);
      signal.addEventListener('abort', () => reject(notAnswered()), { once: true });
    });
  const ask = <T>({ client: { process }, signal }: Call<Client>, go: () => T): Promise<T> => {
    if (customs.isClosed('reading')) throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed', { applied: 'no' });
    return answered(signal, process.trip('system', go));
  };
  const request = async <T>(
    what: string,
    call: WriteCall<Client>,
    { effect, confirmed }: { readonly effect: (seenFrom: number) => T; readonly confirmed: T },
  ): Promise<T> => {
    const { clock, fateOf, isClosed } = customs;
    if (isClosed(what)) throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed', { applied: 'no' });
    await call.permit();
    const arrive = (): T => {
      const fate = fateOf(what);
      if (fate?.how === 'refused') throw new CountersignError('REFUSED_BY_SYSTEM', `${what} is refused`);
      if (fate?.how === 'early') throw new CountersignError('NOT_PICKED', `it is too early for ${what}`);
      if (fate?.how === 'locked') throw new CountersignError('DOCUMENT_LOCKED', 'somebody is at work');
      if (fate?.how === 'late') clock.at(clock.now() + fate.ms, () => void effect(0));
      if (fate?.how === 'late' || fate?.how === 'dropped') throw notAnswered();
      if (fate?.how === 'forgotten') return confirmed;
      const made = effect(fate?.how === 'shown late' ? clock.now() + 4_900 : 0);
      if (fate?.how === 'lost') throw notAnswered();
      return made;
    };
    return answered(call.signal, call.client.process.trip('system', arrive));
  };
  const bodyOf = ({ id, given }: Thing) => ({
    ...{ document: { id, number: id }, status: given ? 'cancelled' : 'released', version: given ? '2' : '1' },
  });
  const creates = (contract: typeof sendMail): ToolEntry =>
    toolEntry(contract, async () => ({
      default: implement(contract, {
        run: (_, call: WriteCall<Client>) =>
          request(contract.name, call, {
            confirmed: 'forgotten',
            effect(seenFrom) {
              const { reference } = call;
              const thing = { what: contract.name, reference, id: String(things.length + 1), seenFrom, given: 0 };
              things.push(thing);
              customs.effected({ what: contract.name, thing });
              return thing.id;
            },
          }),
        read: (id, _, call) =>
          ask(call, () => {
            const thing = things.find((each) => each.id === id);
            return thing && bodyOf(thing);
          }),
        lookup: byReference((_, call: Call<Client> & { readonly reference: string }) =>
          ask(call, () =>
            things
              .filter(({ what, reference }) => what === contract.name && reference === call.reference)
              .filter(({ seenFrom }) => seenFrom <= customs.clock.now())
              .map(({ id }) => id),
          ),
        ),
      }),
    }));
  const thingOf = (id: string): Thing => {
    const found = things.find((each) => each.id === id);
    if (!found) throw new CountersignError('NOT_FOUND', `there is no ${id}`);
    return found;
  };
  const gives = (contract: GiveContract): ToolEntry =>
    toolEntry(contract, async () => ({
      default: implement(contract, {
        state: z.object({ given: z.boolean() }),
        documentOf: ({ id }) => id,
        read: ({ id }, call: Call<Client>) => ask(call, () => ({ given: thingOf(id).given > 0 && customs.looks })),
        check: () => undefined,
        run: ({ id }, call: WriteCall<Client>) =>
          request(contract.name, call, {
            confirmed: undefined,
            effect() {
              const thing = thingOf(id);
              thing.given += 1;
              customs.effected({ what: contract.name, thing });
            },
          }),
        output: ({ id }) => ({ ...bodyOf(thingOf(id)), deviations: [] }),
        lookup: byState((_, { given }) => given),
      }),
    }));
  const looks = toolEntry(look, async () => ({
    default: implement(look, { run: (_, call: Call<Client>) => ask(call, () => ({ ...shown })) }),
  }));
  const pairs = [takeA, takeB, takeC].flatMap((take) => [
    creates(take as unknown as typeof sendMail),
    gives(take.undoneBy?.contract as GiveContract),
  ]);
  return {
    tools: [looks, ...pairs, creates(sendMail), creates(sendGoods)],
    open(next) {
      customs = next;
      things = [];
      Object.assign(shown, { blocks: [], amount: '1' });
      return { things, shown };
    },
  };
}

type GiveContract = Contract<string, 'update', z.ZodType<{ id: string }>, (typeof takeA)['output']>;
