import { useEffect, useState } from 'preact/hooks';
import type {
  HistoryCorrection,
  HistoryEntry,
  HistoryPosition,
  StockHistory,
} from '../../../../shared/contracts/history.ts';
import { type ApiError, asApiError, callApi, pathOf, queryOf } from '../api.ts';

export type AnyEntry = HistoryEntry | HistoryCorrection;

export type ReadHistory = {
  readonly entries: readonly AnyEntry[];
  readonly positions: readonly HistoryPosition[];
  readonly state: 'reading' | 'complete' | 'part' | 'failed';
  readonly error: ApiError | undefined;
  /** After `part`: goes on with as many again. After `failed`: tries again where it ended. */
  readonly readOn: () => void;
  /** From the beginning. */
  readonly readAgain: () => void;
};

/** Entries of one call, and those that are read before somebody asks for more. */
const PER_CALL = 1_000;
const AT_ONCE = 20_000;

type Read = Pick<ReadHistory, 'entries' | 'positions' | 'state' | 'error'> & {
  readonly next?: string | undefined;
};
const NOTHING: Read = { entries: [], positions: [], state: 'reading', error: undefined };

/** The place that a history is narrowed to; a lot of `''` means what is kept without one. */
export type HistoryPlace = { readonly locationId: string; readonly lotNumber: string };

export function isAt(
  { locationId, lotNumber }: { readonly locationId: string; readonly lotNumber: string | null },
  place: HistoryPlace,
): boolean {
  return locationId === place.locationId && (lotNumber ?? '') === place.lotNumber;
}

/** The history of an item in a warehouse, page by page; what has come can be looked at while the rest comes. */
export function useHistory(
  stock: { readonly itemId: string; readonly warehouseId: string },
  place: HistoryPlace | undefined,
  isWanted = true,
): ReadHistory {
  const { itemId, warehouseId } = stock;
  const { locationId, lotNumber } = place ?? {};
  const [read, setRead] = useState<Read>(NOTHING);
  /** Where to go on from, and of which place that is. */
  const [begin, setBegin] = useState<{ readonly place?: HistoryPlace | undefined; readonly read: Read }>({
    read: NOTHING,
  });
  useEffect(() => {
    if (!isWanted) return;
    const ended = new AbortController();
    const path = `${pathOf('items', itemId, 'warehouses', warehouseId)}/history`;
    const query = { locationId, lotNumber, limit: PER_CALL };
    const call = (after: string | undefined) =>
      callApi<StockHistory>(`${path}${queryOf({ ...query, after })}`, { signal: ended.signal });
    const isSamePlace = begin.place?.locationId === locationId && begin.place?.lotNumber === lotNumber;
    void readPages(isSamePlace ? begin.read : NOTHING, call, (now) => {
      if (!ended.signal.aborted) setRead(now);
    });
    return () => ended.abort();
  }, [itemId, warehouseId, locationId, lotNumber, isWanted, begin]);
  return {
    ...read,
    readOn: () => setBegin({ place, read }),
    readAgain: () => setBegin({ place, read: NOTHING }),
  };
}

async function readPages(
  before: Read,
  call: (after: string | undefined) => Promise<StockHistory>,
  told: (read: Read) => void,
): Promise<void> {
  let read: Read = { ...before, state: 'reading', error: undefined };
  const most = before.entries.length + AT_ONCE;
  told(read);
  try {
    do {
      const { entries, positions, next } = await call(read.next);
      read = {
        entries: [...read.entries, ...entries],
        positions: [...read.positions, ...positions],
        state: next === undefined ? 'complete' : 'reading',
        error: undefined,
        next,
      };
      if (next !== undefined) told(read);
    } while (read.next !== undefined && read.entries.length < most);
    told({ ...read, state: read.next === undefined ? 'complete' : 'part' });
  } catch (error) {
    told({ ...read, state: 'failed', error: asApiError(error) });
  }
}
