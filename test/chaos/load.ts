import { setTimeout as sleep } from 'node:timers/promises';
import { type AdapterClient, adapterClient } from '../../local/replay/adapter-client.ts';
import {
  type OmsClient,
  type OrderLineState,
  omsClient,
  type WantedLine,
  type WantedOrder,
} from '../../local/replay/oms-client.ts';
import { type OrderDesk, openOrderDesk } from '../../local/replay/order-desk.ts';
import { isUnsettled } from '../../local/replay/order-figures.ts';
import { patientCall, RefusedCallError } from '../../local/replay/patient-call.ts';
import { createPicking, type PickTask } from '../../local/replay/picking.ts';
import { readRetailRows } from '../../local/replay/retail-row.ts';
import { openSession } from '../../local/replay/session.ts';
import { allLocations, type Survey, shiftToNow } from '../../local/replay/survey.ts';
import { createMapping, type WarehouseTransaction } from '../../local/replay/transactions.ts';
import { WAREHOUSES } from '../../local/replay/warehouse-layout.ts';
import { parseAllocationId } from '../../shared/domain/order-line.ts';
import { type Chance, chanceOf } from '../simulation/chance.ts';
import { countText } from './checks/finding.ts';
import { lineName, type PlayedOrders } from './checks/orders.ts';
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
  /** Orders that the cloud has taken, and what was taken off them. */
  orders: PlayedOrders;
  /** What has been asked for and is not done. */
  underWay: () => string;
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
/** Looks at thousands of orders every two seconds would keep a cloud that has fallen behind from ever making up. Milliseconds. */
const LONGEST_LOOK = 20_000;
const LANES = 6;
/** No transaction is watched on its way: a watch asks 50 times a second, of a cloud that may have fallen behind. */
const WATCH_ONE_IN = Number.POSITIVE_INFINITY;
/** One order in so many is taken back a moment later; of so many lines one is of what is scarce, and one takes no backorder. */
const CANCELLED_ONE_IN = 20;
const SCARCE_ONE_IN = 5;
const NO_BACKORDER_ONE_IN = 10;
const LONGEST_CHANGE_OF_MIND = 3_000;
/** Orders that are named where many wait. */
const NAMED = 5;

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
      ...{ perSecond: (eventsPerSecond * SCANNED_SHARE) / WAREHOUSES.length, signal },
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
    orders: orders.played,
    failed,
    underWay: () => {
      const scans = lanes.reduce((sum, lane) => sum + lane.waiting(), 0);
      return `${countText(scans)} scans of ${lanes.length} scanners are not answered, ${orders.underWay()}`;
    },
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
  /** Orders that did not rest when they were last looked at, or of whose picks the cloud had not heard all. */
  const moving = new Set<string>();
  const picked = new Map<string, number>();
  const takenBack = new Set<string>();
  const closedShort = new Map<string, number>();
  const changesOfMind = new Set<Promise<void>>();
  const failure = Promise.withResolvers<never>();
  const fail = (error: unknown) => {
    if (!signal.aborted) failure.reject(error);
  };

  async function cancel(orderId: string, after: number): Promise<void> {
    await sleep(after, undefined, { signal });
    takenBack.add(orderId);
    try {
      await call('DELETE', `/orders/${encodeURIComponent(orderId)}/allocations`);
    } catch (error) {
      if (!(error instanceof RefusedCallError)) throw error;
      takenBack.delete(orderId);
    }
  }

  const watchedOms: OmsClient = {
    async state(orderId) {
      const state = await oms.state(orderId);
      const isHeard = ({ sources }: OrderLineState) =>
        sources.every((source) => source.picked >= (picked.get(source.allocationId) ?? 0));
      if (state.lines.some((line) => isUnsettled(line) || !isHeard(line))) moving.add(orderId);
      else moving.delete(orderId);
      return state;
    },
    async place(order) {
      await oms.place(order);
      placed.push(order);
      moving.add(order.orderId);
      if (!chance.happens(1 / CANCELLED_ONE_IN)) return;
      const change = cancel(order.orderId, chance.below(LONGEST_CHANGE_OF_MIND))
        .catch(fail)
        .finally(() => changesOfMind.delete(change));
      changesOfMind.add(change);
    },
  };
  const pick = createPicking({ client, post, signal });
  const desk = openOrderDesk({
    ...{ oms: watchedOms, linesAtOnce: LINES_AT_ONCE, longestLook: LONGEST_LOOK, signal },
    async pick(task) {
      const pieces = await pick(task);
      picked.set(task.allocationId, task.after + pieces);
      if (pieces > 0 && pieces < task.quantity) noteShort(task, task.quantity - pieces);
      return pieces;
    },
  });
  const noteShort = ({ orderId, allocationId }: PickTask, pieces: number) => {
    const name = lineName(orderId, parseAllocationId(allocationId)?.lineId ?? '');
    closedShort.set(name, (closedShort.get(name) ?? 0) + pieces);
  };
  const taking = new Map<string, Promise<void>>();
  let made = 0;
  let lines: WantedLine[] = [];
  let wantedLines = 1;

  return {
    desk,
    played: { placed, takenBack, closedShort },
    failed: failure.promise,
    underWay() {
      const ids = [...taking.keys(), ...moving];
      const examples =
        ids.length === 0 ? '' : ` (${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''})`;
      return `${countText(ids.length)} orders are not settled, or not all their picks heard of${examples}, ${countText(changesOfMind.size)} are being taken back`;
    },
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
        .finally(() => taking.delete(order.orderId));
      taking.set(order.orderId, take);
    },
    async finish() {
      while (taking.size > 0) await Promise.all(taking.values());
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
