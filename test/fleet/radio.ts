import type { Chance } from '../simulation/chance.ts';
import type { FleetClock } from './fleet-clock.ts';
import type { Tally } from './tally.ts';

/** The network of one device. */
export type Radio = {
  readonly fetch: typeof fetch;
  isOffline(): boolean;
  /** Into a dead zone, or out of it. What is under way then is not answered. */
  setOffline(isOffline: boolean): void;
  /** From now on the network does what it should. */
  behave(): void;
  /** Fulfilled when nothing is under way any more, not even what the device has given up. */
  settled(): Promise<void>;
  /** Calls that went out for the adapter, with when the device made them and when they were over, in milliseconds of the fleet. */
  readonly calls: readonly RadioCall[];
};

export type RadioCall = {
  /** Of the device's monotonic clock. */
  readonly run: string;
  readonly sentAt: number;
  /** Infinity while it is under way. */
  endedAt: number;
  /** The adapter answered, and did not fail. */
  wasTaken: boolean;
  /** Transactions in it, in lower case. */
  readonly transactionIds: readonly string[];
};

export type RadioParts = {
  readonly clock: FleetClock;
  readonly chance: Chance;
  readonly tally: Tally;
};

/** A call as the device made it. */
type Made = { readonly url: string | URL | Request; readonly init: RequestInit; readonly sentAt: number };

type Trouble = 'none' | 'lost-answer' | 'late-call' | 'slow' | 'foreign-page' | 'server-error';

/** Of a hundred calls. */
const TROUBLES: readonly (readonly [Trouble, number])[] = [
  ['lost-answer', 5],
  ['late-call', 2],
  ['slow', 5],
  ['foreign-page', 2],
  ['server-error', 2],
];
/** A call that the device has given up arrives so much later, at most. Milliseconds. */
const LATEST_MS = 120_000;
const SLOWEST_MS = 15_000;

export function openRadio({ clock, chance, tally }: RadioParts): Radio {
  let offlineSince: number | undefined;
  let behaves = false;
  const calls: RadioCall[] = [];
  const underWay = new Set<Promise<unknown>>();

  function watched<Result>(work: Promise<Result>): Promise<Result> {
    underWay.add(work);
    const over = () => underWay.delete(work);
    work.then(over, over);
    return work;
  }

  const unreachable = (reason: string) => new TypeError('fetch failed', { cause: new Error(reason) });

  function drawn(): Trouble {
    const draw = chance.below(100);
    if (behaves) return 'none';
    let sum = 0;
    for (const [trouble, share] of TROUBLES) {
      sum += share;
      if (draw < sum) return trouble;
    }
    return 'none';
  }

  /** Carries a call to the adapter, whether or not anybody still waits for it. */
  async function carry({ url, init, sentAt }: Made): Promise<Response> {
    const transactionIds = idsOf(init.body);
    const run = new Headers(init.headers).get('x-device-run') ?? '';
    const call: RadioCall = {
      run,
      sentAt,
      endedAt: Number.POSITIVE_INFINITY,
      wasTaken: false,
      transactionIds,
    };
    calls.push(call);
    tally.add('calls');
    if (transactionIds.length > 0) {
      tally.add('uploads');
      tally.add('scans uploaded', transactionIds.length);
    }
    try {
      // Read whole, so that an answer nobody takes holds no connection.
      const response = await fetch(url, { ...init, signal: null });
      const body = await response.arrayBuffer();
      const { status, headers } = response;
      call.wasTaken = status < 500;
      return new Response(body.byteLength === 0 ? null : body, { status, headers });
    } finally {
      call.endedAt = clock.now();
    }
  }

  async function troubled(made: Made): Promise<Response> {
    switch (drawn()) {
      case 'none':
        return carry(made);
      case 'lost-answer':
        await carry(made);
        tally.add('lost answers');
        throw unreachable('ECONNRESET');
      case 'late-call': {
        tally.add('calls that came late');
        const late = chance.between(1, LATEST_MS);
        void watched(clock.sleep(late).then(() => carry(made))).catch(() => undefined);
        throw unreachable('ECONNRESET');
      }
      case 'slow':
        tally.add('slow calls');
        await clock.sleep(chance.between(1, SLOWEST_MS));
        return carry(made);
      case 'foreign-page':
        tally.add('foreign pages');
        return new Response('<html>Please accept the terms</html>', {
          headers: { 'content-type': 'text/html' },
        });
      case 'server-error':
        tally.add('server errors');
        return new Response('Bad Gateway', { status: 502, headers: { 'content-type': 'text/plain' } });
    }
  }

  async function throughTheAir(made: Made): Promise<Response> {
    if (offlineSince !== undefined) {
      tally.add('calls without Wi-Fi');
      throw unreachable('ENETUNREACH');
    }
    const response = await troubled(made);
    if (offlineSince === undefined) return response;
    tally.add('lost answers');
    throw unreachable('ENETUNREACH');
  }

  return {
    calls,
    fetch: (url, init = {}) =>
      untilAborted(watched(throughTheAir({ url, init, sentAt: clock.now() })), init.signal ?? undefined),
    isOffline: () => offlineSince !== undefined,
    setOffline(isOffline) {
      if (!isOffline && offlineSince !== undefined) tally.add('offline', clock.now() - offlineSince);
      if (!isOffline) offlineSince = undefined;
      else offlineSince ??= clock.now();
    },
    behave: () => {
      behaves = true;
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/** As `fetch` ends when its signal says so. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
    if (signal?.aborted) abort();
  });
}

/** Transactions of a posted body. */
function idsOf(body: RequestInit['body']): string[] {
  if (typeof body !== 'string') return [];
  const parsed: unknown = JSON.parse(body);
  return Array.isArray(parsed) ? parsed.map(({ transactionId }) => String(transactionId).toLowerCase()) : [];
}
