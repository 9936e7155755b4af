import { setTimeout as sleep } from 'node:timers/promises';
import { type AdapterClient, adapterClient } from '../../local/replay/adapter-client.ts';
import {
  type OmsClient,
  omsClient,
  type WantedLine,
  type WantedOrder,
} from '../../local/replay/oms-client.ts';
import { type OrderDesk, openOrderDesk } from '../../local/replay/order-desk.ts';
import { patientCall, RefusedCallError } from '../../local/replay/patient-call.ts';
import { createPicking } from '../../local/replay/picking.ts';
import { readRetailRows } from '../../local/replay/retail-row.ts';
import { openSession } from '../../local/replay/session.ts';
import { allLocations, type Survey, shiftToNow } from '../../local/replay/survey.ts';
import { createMapping, type WarehouseTransaction } from '../../local/replay/transactions.ts';
import { WAREHOUSES } from '../../local/replay/warehouse-layout.ts';
import { type Chance, chanceOf } from '../simulation/chance.ts';
import type { ScanBook } from './scan-book.ts';
import { openScannerLane, SCARCE_ITEMS } from './scanner-lane.ts';

export type LoadOptions = {
  /** Base addresses of adapter and Functions host. */
  urls: { readonly adapter: string; readonly functions: string };
  /** A file of the Online Retail data, played lap after lap, and what is in it. */
  retail: string;
  survey: Survey;
  seed: string;
  eventsPerSecond: number;
  ordersPerSecond: number;
  book: ScanBook;
  say: (line: string) => void;
};

export type Load = {
  desk: OrderDesk;
  /** Orders that the cloud has taken. */
  placed: () => readonly WantedOrder[];
  /** Orders taken back. */
  cancelled: () => number;
  /** Makes nothing new, and returns when everything that was sent is answered and every order rests. Rejects when something was refused for good. */
  finish: () => Promise<void>;
  /** Rejects when the load cannot go on. */
  failed: Promise<never>;
  /** Ends it at once. */
  abort: () => void;
};

/** The share of the events that scanners make, a tenth, and one scanner for each warehouse. */
const SCANNED_SHARE = 0.1;
const LINES_AT_ONCE = 2_000;
const LANES = 6;
/** One transaction in so many is watched on its way to the cloud. */
const WATCH_ONE_IN = 400;
/** One order in so many is taken back a moment later; of so many lines one is of what is scarce, and one takes no backorder. */
const CANCELLED_ONE_IN = 20;
const SCARCE_ONE_IN = 5;
const NO_BACKORDER_ONE_IN = 10;
const LONGEST_CHANGE_OF_MIND = 3_000;

/** Plays the warehouses' day at a constant rate, a part of its sales as orders, with a scanner in every warehouse beside it. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { urls, retail, survey, seed, book, eventsPerSecond, ordersPerSecond, say } = options;
  const chance = chanceOf(`load/${seed}`);
  const over = new AbortController();
  const { signal } = over;
  const client = book.noting(adapterClient(urls.adapter));
  await putMasterData(client, survey);

  // The rate is kept here: the pieces of an order are picked later, and count when they are ordered.
  const session = openSession({
    ...{ client, functionsUrl: urls.functions, signal, say },
    ...{ lanes: LANES, watchOneIn: WATCH_ONE_IN },
  });
  const orders = openOrders({
    ...options,
    client,
    chance: chance.stream('orders'),
    post: session.post,
    signal,
  });
  const lanes = WAREHOUSES.map((warehouseId, index) =>
    openScannerLane({
      ...{ url: urls.adapter, warehouseId, scannerId: `SCANNER-CHAOS-${index + 1}`, book },
      perSecond: (eventsPerSecond * SCANNED_SHARE) / WAREHOUSES.length,
      chance: chance.stream(`scanner/${index}`),
    }),
  );
  let ending = false;

  async function play(): Promise<void> {
    const begun = performance.now();
    const rate = eventsPerSecond * (1 - SCANNED_SHARE);
    let events = 0;
    for (let lap = 1; !ending; lap += 1) {
      const mapping = createMapping({ runId: `chaos|${seed}|${lap}`, shift: shiftToNow(survey, Date.now()) });
      for await (const row of readRetailRows(retail)) {
        const transactions = mapping.transactionsOf(row);
        const ahead = begun + (events * 1_000) / rate - performance.now();
        if (ahead > 1) await sleep(ahead, undefined, { signal });
        if (ending) return;
        events += eventsOf(transactions);
        const wanted = Math.floor(((performance.now() - begun) * ordersPerSecond) / 1_000);
        const isOrdered = orders.wants(wanted);
        for (const transaction of transactions)
          if (!(isOrdered && transaction.type === 'pick')) await session.send(transaction);
        if (isOrdered) orders.add(String(row.line), transactions);
      }
    }
  }

  const playing = play();
  const failed = Promise.race([playing.then(() => new Promise<never>(() => {})), orders.failed]);
  failed.catch(() => undefined);
  return {
    desk: orders.desk,
    placed: orders.placed,
    cancelled: orders.cancelled,
    failed,
    abort: () => over.abort(),
    async finish() {
      ending = true;
      await playing;
      await Promise.all(lanes.map((lane) => lane.finish()));
      await orders.finish();
      await session.answered();
      over.abort();
    },
  };
}

type OrdersOptions = LoadOptions & {
  client: AdapterClient;
  chance: Chance;
  post: Parameters<typeof createPicking>[0]['post'];
  signal: AbortSignal;
};

/** Makes orders of one to three lines from sales, and takes some of them back. */
function openOrders({ urls, client, chance, post, signal, seed }: OrdersOptions) {
  const oms = omsClient(urls.functions, { signal });
  const call = patientCall({ url: `${urls.functions}/api`, who: 'the orders API', signal });
  const placed: WantedOrder[] = [];
  let cancelled = 0;
  const changesOfMind = new Set<Promise<void>>();
  const failure = Promise.withResolvers<never>();
  const fail = (error: unknown) => {
    if (!signal.aborted) failure.reject(error);
  };

  async function cancel(orderId: string, after: number): Promise<void> {
    await sleep(after, undefined, { signal });
    try {
      await call('DELETE', `/orders/${encodeURIComponent(orderId)}/allocations`);
      cancelled += 1;
    } catch (error) {
      // What is picked already stays sold.
      if (!(error instanceof RefusedCallError)) throw error;
    }
  }

  const watchedOms: OmsClient = {
    ...oms,
    async place(order) {
      await oms.place(order);
      placed.push(order);
      if (!chance.happens(1 / CANCELLED_ONE_IN)) return;
      const change = cancel(order.orderId, chance.below(LONGEST_CHANGE_OF_MIND))
        .catch(fail)
        .finally(() => changesOfMind.delete(change));
      changesOfMind.add(change);
    },
  };
  const desk = openOrderDesk({
    ...{ oms: watchedOms, linesAtOnce: LINES_AT_ONCE, signal },
    pick: createPicking({ client, post, signal }),
  });
  const taking = new Set<Promise<void>>();
  let made = 0;
  let lines: WantedLine[] = [];
  let wantedLines = 1;

  return {
    desk,
    placed: () => placed,
    cancelled: () => cancelled,
    failed: failure.promise,
    wants: (orders: number) => made < orders,
    add(lineId: string, transactions: readonly WarehouseTransaction[]) {
      const picks = transactions.filter(({ type }) => type === 'pick');
      const [first] = picks;
      if (first === undefined) return;
      lines.push(lineOf(lineId, first, picks, chance));
      if (lines.length < wantedLines) return;
      made += 1;
      const order = { orderId: `CHAOS-${seed}-${made}`, lines };
      lines = [];
      wantedLines = chance.between(1, 3);
      const take = desk
        .take(order)
        .catch(fail)
        .finally(() => taking.delete(take));
      taking.add(take);
    },
    async finish() {
      while (taking.size > 0) await Promise.all(taking);
      await Promise.race([desk.finish(), failure.promise]);
      while (changesOfMind.size > 0) await Promise.all(changesOfMind);
    },
  };
}

function lineOf(
  lineId: string,
  { itemId, warehouseId }: WarehouseTransaction,
  picks: readonly WarehouseTransaction[],
  chance: Chance,
): WantedLine {
  const isScarce = chance.happens(1 / SCARCE_ONE_IN);
  return {
    lineId,
    itemId: isScarce ? chance.oneOf(SCARCE_ITEMS) : itemId,
    quantity: isScarce ? chance.between(1, 6) : picks.reduce((sum, { quantity }) => sum + quantity, 0),
    preferredWarehouses: [warehouseId],
    allowBackorder: !chance.happens(1 / NO_BACKORDER_ONE_IN),
  };
}

async function putMasterData(client: AdapterClient, survey: Survey): Promise<void> {
  await client.putItems([...survey.items, ...SCARCE_ITEMS.map((itemId) => ({ itemId }))]);
  await client.putLocations(allLocations());
}

function eventsOf(transactions: readonly WarehouseTransaction[]): number {
  return transactions.reduce((sum, { type }) => sum + (type === 'transfer' ? 2 : 1), 0);
}
