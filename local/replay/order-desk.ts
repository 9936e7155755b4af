import { setTimeout as sleep } from 'node:timers/promises';
import type { OmsClient, OrderState, WantedOrder } from './oms-client.ts';
import { createOrderFigures, isUnsettled, type OrderFigures } from './order-figures.ts';
import type { PickTask } from './picking.ts';

export type OrderDeskOptions = {
  oms: OmsClient;
  /** Picks what was confirmed; resolves to the pieces it found. */
  pick: (task: PickTask) => Promise<number>;
  /** Order lines under way at a time, or one longer order; those that rest with a backorder are not under way. */
  linesAtOnce: number;
  /** The longest time between two looks at an order under way, but for its lines; 2,000 ms when not given. */
  longestLook?: number;
  signal: AbortSignal;
  /** The machine's own when not given. */
  clock?: DeskClock;
};

/** Milliseconds. */
export type DeskClock = { now: () => number; sleep: (ms: number, signal: AbortSignal) => Promise<void> };

export type OrderDesk = {
  /** Takes an order; waits while as many lines are under way as may be. Rejects when an earlier one failed for good. */
  take: (order: WantedOrder) => Promise<void>;
  /** Returns when every order rests, and nothing more wakes the backorders. */
  finish: () => Promise<void>;
  figures: () => OrderFigures;
  /** What the cloud last said it promises, by allocation. */
  promises: () => ReadonlyMap<string, Promised>;
  /** Asks again how an order stands. */
  look: (orderId: string) => Promise<unknown>;
};

/** Pieces of an allocation that stand confirmed, picked ones included. */
export type Promised = { orderId: string; quantity: number };

/** Goods are received this long before they are ordered, so that the cloud has heard of them. Milliseconds. */
const GOODS_COME_EARLIER = 1_000;
/**
 * An order under way is looked at after this time and some for each of its lines, which a look costs too; then half as
 * long again after each look, up to about the longest. Milliseconds.
 */
const FIRST_LOOK = 150;
const LOOK_FOR_A_LINE = 5;
const LONGEST_LOOK = 2_000;
/** How long an order is waited for that has no answers yet, and one of which the cloud has not heard of all picks. Milliseconds. */
const ANSWER_PATIENCE = 300_000;
const PICK_PATIENCE = 60_000;
/** Orders with backorders are looked at one after the other, this far apart. */
const BACKORDER_LOOK = 100;
/** Backorders that have not moved for so long will not. Milliseconds. */
const BACKORDERS_REST = 5_000;

const machineClock: DeskClock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => void (await sleep(ms, undefined, { signal })),
};

/** Plays orders as an OMS and its warehouses do: asks for them, waits for the answers, picks what was confirmed. */
export function openOrderDesk(options: OrderDeskOptions): OrderDesk {
  const { oms, pick, linesAtOnce, longestLook = LONGEST_LOOK, signal, clock = machineClock } = options;
  const pause = (ms: number) => clock.sleep(ms, signal);
  const figures = createOrderFigures();
  const underWay = new Set<Promise<void>>();
  let linesUnderWay = 0;
  /** Fulfilled when an order has been gone with; one promise for all who wait, as there may be thousands. */
  let freed = Promise.withResolvers<void>();
  /** Orders enter one after the other. */
  let entered: Promise<void> = Promise.resolve();
  const promises = new Map<string, Promised>();
  /** Pieces picked by us, by allocation: the cloud hears of them later. */
  const picked = new Map<string, number>();
  /** Orders that rest with a backorder, the one looked at longest ago first. */
  const waiting = new Set<string>();
  let movedAt = clock.now();
  let failure: { error: unknown } | undefined;
  let ended = false;

  function run(lines: number, work: Promise<void>): void {
    linesUnderWay += lines;
    const done = work
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        linesUnderWay -= lines;
        underWay.delete(done);
        freed.resolve();
        freed = Promise.withResolvers<void>();
      });
    underWay.add(done);
  }

  /** Waits while too many lines are under way; after the orders that wait already. */
  function enter(order: WantedOrder, due: number): Promise<void> {
    const lines = order.lines.length;
    entered = entered.then(async () => {
      while (linesUnderWay > 0 && linesUnderWay + lines > linesAtOnce && !failure) await freed.promise;
      if (!failure && !signal.aborted) run(lines, play(order, due));
    });
    return entered;
  }

  async function play(order: WantedOrder, due: number): Promise<void> {
    await pause(Math.max(0, due - clock.now()));
    await oms.place(order);
    await follow(order.orderId, order.lines.length);
  }

  /** Goes with an order until all of it rests and what was confirmed is picked; a backorder is looked at later. */
  async function follow(orderId: string, lines: number): Promise<void> {
    const begun = clock.now();
    const first = FIRST_LOOK + LOOK_FOR_A_LINE * lines;
    for (let wait = first; ; wait = Math.min(1.5 * wait, longestLook + first)) {
      await pause(wait);
      const state = await look(orderId);
      const found = await Promise.all(tasksOf(state).map(pickOnce));
      const waited = clock.now() - begun;
      if (state.lines.some(isUnsettled) && waited < ANSWER_PATIENCE) continue;
      const isPicking = found.some((pieces) => pieces > 0) || hearsLater(state);
      if (isPicking && waited < PICK_PATIENCE) continue;
      if (state.lines.some(({ backordered }) => backordered > 0)) waiting.add(orderId);
      return;
    }
  }

  async function look(orderId: string): Promise<OrderState> {
    const state = await oms.state(orderId);
    figures.note(state);
    for (const { sources } of state.lines) {
      for (const { allocationId, quantity, status } of sources) {
        if (status === 'confirmed' || status === 'fulfilled')
          promises.set(allocationId, { orderId, quantity });
        else promises.delete(allocationId);
      }
    }
    return state;
  }

  function tasksOf({ orderId, lines }: OrderState): PickTask[] {
    return lines.flatMap(({ itemId, sources }) =>
      sources.flatMap(({ allocationId, warehouseId, quantity, picked: heard, status }) => {
        const after = Math.max(heard, picked.get(allocationId) ?? 0);
        if (status !== 'confirmed' || quantity <= after) return [];
        return [{ orderId, allocationId, itemId, warehouseId, after, quantity: quantity - after }];
      }),
    );
  }

  async function pickOnce(task: PickTask): Promise<number> {
    const pieces = await pick(task);
    picked.set(task.allocationId, task.after + pieces);
    return pieces;
  }

  /** True while the cloud has not heard of a pick. */
  function hearsLater({ lines }: OrderState): boolean {
    return lines.some(({ sources }) =>
      sources.some(({ allocationId, picked: heard }) => (picked.get(allocationId) ?? 0) > heard),
    );
  }

  async function lookAfterBackorders(): Promise<void> {
    while (!ended && !failure) {
      const [orderId] = waiting;
      await pause(BACKORDER_LOOK);
      if (orderId === undefined) continue;
      waiting.delete(orderId);
      const state = await look(orderId);
      const moves = state.lines.some(isUnsettled) || tasksOf(state).length > 0;
      if (moves) {
        movedAt = clock.now();
        run(state.lines.length, follow(orderId, state.lines.length));
      } else if (state.lines.some(({ backordered }) => backordered > 0)) waiting.add(orderId);
    }
  }

  const lookingAfter = lookAfterBackorders().catch((error: unknown) => {
    failure ??= { error };
  });

  function check(): void {
    signal.throwIfAborted();
    if (failure) throw failure.error;
  }

  return {
    async take(order) {
      await enter(order, clock.now() + GOODS_COME_EARLIER);
      check();
    },
    async finish() {
      while (underWay.size > 0) await Promise.all(underWay);
      movedAt = clock.now();
      const rest = () => Math.max(BACKORDERS_REST, 2 * BACKORDER_LOOK * waiting.size);
      while (!failure && (underWay.size > 0 || (waiting.size > 0 && clock.now() - movedAt < rest()))) {
        await pause(BACKORDER_LOOK);
      }
      ended = true;
      await lookingAfter;
      check();
    },
    figures: figures.sum,
    promises: () => promises,
    look,
  };
}
