import { useEffect, useState } from 'preact/hooks';
import type { StockHistory } from '../../../../shared/contracts/history.ts';
import { callApi, pathOf, queryOf } from '../api.ts';
import { type HistoryRead, NOTHING_READ, readHistory } from './read-history.ts';

export type ReadHistory = Omit<HistoryRead, 'next'> & {
  /** After `part`: goes on with as many again. After `failed`: tries again where it ended. */
  readonly readOn: () => void;
  /** From the beginning. */
  readonly readAgain: () => void;
};

/** Entries of one call. */
const PER_CALL = 1_000;

/** The place that a history is narrowed to; a lot of `''` means what is kept without one. */
export type HistoryPlace = { readonly locationId: string; readonly lotNumber: string };

export function isAt(
  { locationId, lotNumber }: { readonly locationId: string; readonly lotNumber: string | null },
  place: HistoryPlace,
): boolean {
  return locationId === place.locationId && (lotNumber ?? '') === place.lotNumber;
}

/** The history of an item in a warehouse, call by call; what has come first can be looked at while the rest comes. */
export function useHistory(
  stock: { readonly itemId: string; readonly warehouseId: string },
  place: HistoryPlace | undefined,
  isWanted = true,
): ReadHistory {
  const { itemId, warehouseId } = stock;
  const { locationId, lotNumber } = place ?? {};
  const [read, setRead] = useState(NOTHING_READ);
  /** Where to go on from, and of which place that is. */
  const [begin, setBegin] = useState<{
    readonly place?: HistoryPlace | undefined;
    readonly read: HistoryRead;
  }>({ read: NOTHING_READ });
  useEffect(() => {
    if (!isWanted) return;
    const ended = new AbortController();
    const path = `${pathOf('items', itemId, 'warehouses', warehouseId)}/history`;
    const query = { locationId, lotNumber, limit: PER_CALL };
    const call = (after: string | undefined) =>
      callApi<StockHistory>(`${path}${queryOf({ ...query, after })}`, { signal: ended.signal });
    const isSamePlace = begin.place?.locationId === locationId && begin.place?.lotNumber === lotNumber;
    void readHistory(isSamePlace ? begin.read : NOTHING_READ, call, (now) => {
      if (!ended.signal.aborted) setRead(now);
    });
    return () => ended.abort();
  }, [itemId, warehouseId, locationId, lotNumber, isWanted, begin]);
  return {
    ...read,
    readOn: () => setBegin({ place, read }),
    readAgain: () => setBegin({ place, read: NOTHING_READ }),
  };
}
