import type { TransportRequest } from '../../lib/core/connector.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What really took effect, written by the system itself: the score that everything is checked against. */
export interface Effect {
  /** The operation that asked for it, as its request said; nothing in a document shows it. */
  readonly reference: string;
  readonly kind: 'create' | 'change';
  readonly document: string;
  readonly price: string;
  readonly at: number;
  /** False where the version that sent it would not have taken the call. */
  readonly fits: boolean;
}

/** One request as it arrived. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly reference: string | undefined;
}

/** A connection that was asked for; `until` is when it was refused, answered or gone. */
export interface ConnectionLog {
  readonly from: number;
  until: number;
}

/** An answer of the system. */
export interface SystemAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Order {
  readonly id: string;
  readonly item: string;
  readonly reference: string;
  readonly seenFrom: number;
  price: string;
  version: number;
}

/** What the system makes of a request that asks for an effect. */
export interface Whim {
  /** It keeps another price. */
  readonly price?: string;
  /** It says yes and keeps nothing. */
  readonly forgets?: boolean;
  /** How late its lookup shows a new document, in ms. */
  readonly shownAfter?: number;
}

const notFound: SystemAnswer = { status: 404 };

/** A system small enough to see through. It does what it is told, twice if it is told twice. */
export function modelSystem(clock: VirtualClock) {
  const orders = new Map<string, Order>();
  const byReference = new Map<string, Order[]>();
  const ledger: Effect[] = [];
  const arrivals: Arrival[] = [];
  const connections: ConnectionLog[] = [];
  /** Requests by their operation that may still have an effect. */
  const underway = new Map<string, number>();

  const create = (
    body: { item: string; price: string; reference: string; fits?: boolean },
    whim: Whim,
  ): SystemAnswer => {
    const { item, reference } = body;
    const id = String(4_500_000_000 + orders.size);
    if (whim.forgets) return { status: 201, body: { id: `${id}x` } };
    const price = whim.price ?? body.price;
    const order = { id, item, reference, price, version: 1, seenFrom: clock.now() + (whim.shownAfter ?? 0) };
    orders.set(id, order);
    byReference.set(reference, [...(byReference.get(reference) ?? []), order]);
    ledger.push({ reference, kind: 'create', document: id, price, at: clock.now(), fits: body.fits ?? true });
    return { status: 201, body: { id } };
  };
  const change = (document: string, price: string, { whim, reference }: { whim: Whim; reference: string }) => {
    const order = orders.get(document);
    if (!order) return notFound;
    if (whim.forgets) return { status: 204 };
    order.price = whim.price ?? price;
    order.version++;
    ledger.push({ reference, kind: 'change', document, price: order.price, at: clock.now(), fits: true });
    return { status: 204 };
  };
  const read = (path: string): SystemAnswer => {
    if (path === '/ping') return { status: 200, body: {} };
    const [, , document = ''] = path.split('/');
    const [, reference] = path.split('?reference=');
    if (reference !== undefined) {
      const shown = (byReference.get(reference) ?? []).filter(({ seenFrom }) => seenFrom <= clock.now());
      return { status: 200, body: shown.map(({ id }) => id) };
    }
    const order = orders.get(document);
    return order ? { status: 200, body: order } : notFound;
  };

  return {
    ledger,
    arrivals,
    connections,
    /** How many requests for an operation may still have an effect. */
    underway: (reference: string): number => underway.get(reference) ?? 0,
    /** A request has come that will have an effect, or has had it. */
    expect: (reference: string, change: 1 | -1): void =>
      void underway.set(reference, (underway.get(reference) ?? 0) + change),
    orders,
    /** Notes that a request has arrived. */
    arrived: (path: string, { method, headers }: Pick<TransportRequest, 'method' | 'headers'>): void =>
      void arrivals.push({ at: clock.now(), method, path, reference: headers['x-for'] }),
    connect: (): ConnectionLog => {
      const connection = { from: clock.now(), until: Number.POSITIVE_INFINITY };
      connections.push(connection);
      return connection;
    },
    /** Does what a request asks for. */
    serve: (path: string, request: Pick<TransportRequest, 'method' | 'headers' | 'body'>, whim: Whim = {}) => {
      const { method, headers, body = '{}' } = request;
      if (method === 'GET') return read(path);
      const asked = JSON.parse(body);
      const reference = headers['x-for'] ?? '';
      return method === 'POST'
        ? create(asked, whim)
        : change(path.split('/')[2] ?? '', asked.price, { whim, reference });
    },
    /** A user of the system gives an order another price. */
    meddle: (document: string, price: string): void => {
      const order = orders.get(document);
      if (!order) return;
      order.price = price;
      order.version++;
    },
  };
}

/** The model system. */
export type ModelSystem = ReturnType<typeof modelSystem>;
