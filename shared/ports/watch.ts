import type { ItemState, WatchChange } from './allocation-store.ts';

/** True when the item and all stocks of it that are known are watched. */
export function isWatched({ stocks, watch }: ItemState): boolean {
  return watch.on && stocks.every(({ watched }) => watched);
}

/** The watch over an item, and the mark on its stocks that have none yet. */
export function beginWatch({ stocks, watch }: ItemState): WatchChange {
  return { on: true, etag: watch.etag, warehouseIds: warehousesOf(stocks.filter(({ watched }) => !watched)) };
}

/** The end of the watch. Whoever begins to wait meanwhile writes the watch as well, and one of the two has to look again. */
export function endWatch({ stocks, watch }: ItemState): WatchChange {
  return { on: false, etag: watch.etag, warehouseIds: warehousesOf(stocks.filter(({ watched }) => watched)) };
}

function warehousesOf(stocks: ItemState['stocks']): string[] {
  return stocks.map(({ warehouseId }) => warehouseId);
}
