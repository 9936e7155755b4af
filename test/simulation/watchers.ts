import { positionKeyText } from '../../apps/wms-adapter/database.ts';
import type { Cloud, CloudParts } from './cloud/cloud.ts';
import { type DamageLog, damageLog } from './damage/damage-log.ts';
import { watchAskings } from './invariants/askings.ts';
import { checkAsked, checkTakenOver } from './invariants/carts.ts';
import { watchStock } from './invariants/cloud-stock.ts';
import { watchDeviceScans } from './invariants/device-scans.ts';
import { watchReceipts } from './invariants/expected-receipts.ts';
import { watchWindow } from './invariants/promise-window.ts';
import { watchPromises } from './invariants/promises.ts';
import { watchThresholds } from './invariants/thresholds.ts';
import { guarded } from './invariants/violation.ts';
import { watchBooks } from './invariants/wms-books.ts';
import { noteBooking, noteLines, noteStock } from './notes.ts';
import type { Tally } from './tally.ts';
import type { OnBooking } from './warehouse/faulty-books.ts';
import type { World } from './world.ts';

export type Watchers = ReturnType<typeof openWatchers>;

/** Whoever looks at every step of a run, and what was damaged on purpose. */
export function openWatchers(world: World, tally: Tally) {
  const books = watchBooks();
  const damage: DamageLog = damageLog(world, ({ itemId, warehouseId, place }) => {
    if (place) stocks.forget(positionKeyText({ itemId, warehouseId, ...place }));
  });
  const stocks = watchStock(books, damage.excuses);
  return {
    ...{ books, damage, stocks },
    promises: watchPromises(),
    window: watchWindow(),
    askings: watchAskings(tally),
    thresholds: watchThresholds(),
    deviceScans: watchDeviceScans(),
    receipts: watchReceipts(),
  };
}

/** What the watchers make of a booking of the WMS. */
export function watchedBooking({ books, promises, window, receipts }: Watchers, world: World): OnBooking {
  return guarded(world, (writes) => {
    noteBooking(world, writes);
    books.add(writes);
    promises.booked(writes);
    window.booked(writes);
    receipts.booked(writes);
  });
}

/** What they make of what happens in the cloud. */
export function watchedCloud(
  { stocks, askings, thresholds, promises, window }: Watchers,
  world: World,
  cloud: () => Cloud,
): Pick<CloudParts, 'onStockWrite' | 'onAsk' | 'onThresholds' | 'onSettled' | 'onDecision' | 'onCommit'> {
  const items = () => cloud().stock.items;
  return {
    onStockWrite: guarded(world, (stock) => {
      noteStock(world, stock);
      stocks.written(stock);
    }),
    onAsk: guarded(world, (asked, attempt) => {
      askings.asked(asked, attempt, world.now());
      checkAsked(asked, cloud().orders);
    }),
    onThresholds: thresholds.written,
    onSettled: guarded(world, (decisions) => window.settled(decisions, items())),
    onDecision: (decision) => askings.heard(decision, items(), world.now()),
    onCommit: guarded(world, (change, before) => {
      noteLines(world, change, items());
      promises.committed(change, items(), before?.free);
      window.committed(change, items());
      if (before) checkTakenOver(change, before.lines);
    }),
  };
}
