import { useMemo } from 'preact/hooks';
import type { HistoryPosition } from '../../../../shared/contracts/history.ts';
import { countOf, formatNumber } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { ErrorNotice, Loading, Notice } from '../parts/notice.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { addressOf } from '../router.ts';
import { countsUnderWay } from './counts-under-way.ts';
import { ENTRY_COLUMNS, entryKey } from './entry-columns.tsx';
import { type AnyEntry, type HistoryPlace, type ReadHistory, useHistory } from './use-history.ts';

type Props = {
  readonly itemId: string;
  readonly warehouseId: string;
  /** Pieces that ATP starts from, as they are now. */
  readonly onHand: number;
  /** Only this location, and this lot of it; a lot of `''` means what is kept without one. */
  readonly location: string | undefined;
  readonly lot: string;
};

/** The positions that make up the figure, and the transactions that made the positions. */
export function History({ itemId, warehouseId, onHand, location, lot }: Props) {
  const stock = { itemId, warehouseId };
  const place = useMemo(
    () => (location === undefined ? undefined : { locationId: location, lotNumber: lot }),
    [location, lot],
  );
  const whole = useHistory(stock, undefined);
  // Of a long history the place is read by itself: it may be far behind.
  const own = useHistory(stock, place, place !== undefined && whole.state === 'part');
  const shown = place !== undefined && whole.state === 'part' ? own : whole;
  const entries = useMemo(() => newestFirst(shown.entries, place), [shown.entries, place]);
  const counts = useMemo(() => countsUnderWay(whole.entries, Date.now()), [whole.entries]);
  if (whole.entries.length === 0 && whole.positions.length === 0) {
    if (whole.state === 'reading') return <Loading what="the transactions" />;
    if (whole.error) return <ErrorNotice error={whole.error} onTryAgain={whole.readAgain} />;
  }
  const all = addressOf(['items', itemId], { warehouse: warehouseId });
  return (
    <>
      <Reading history={whole} />
      <SumCheck history={whole} onHand={onHand} />
      <DataTable
        caption={`Positions of ${itemId} in ${warehouseId}`}
        columns={positionColumns(stock, counts)}
        rows={whole.positions}
        keyOf={({ locationId, lotNumber }) => `${locationId}|${lotNumber}`}
        classOf={(position) => (isAt(position, place) ? 'chosen' : undefined)}
        isPart={whole.state !== 'complete'}
        empty="No position: nothing is there, and nothing was."
      />
      <DataTable
        caption={captionOf(itemId, warehouseId, place)}
        columns={ENTRY_COLUMNS}
        rows={entries}
        keyOf={entryKey}
        classOf={(entry) =>
          'superseded' in entry || 'voided' in entry ? 'void' : 'current' in entry ? 'chosen' : undefined
        }
        isPart={shown.state !== 'complete'}
        beside={place && <a href={all}>Show all positions</a>}
        empty="No transaction is in the journal."
      />
    </>
  );
}

function captionOf(itemId: string, warehouseId: string, place: HistoryPlace | undefined): string {
  const where = place
    ? `${place.locationId}${place.lotNumber && `, lot ${place.lotNumber}`} in ${warehouseId}`
    : warehouseId;
  return `Transactions of ${itemId} in ${where}, the newest first`;
}

function Reading({ history: { state, entries, error, readOn, readAgain } }: { history: ReadHistory }) {
  const read = countOf(entries.length, 'transaction');
  if (state === 'reading') return <Loading what={`the transactions: ${read} so far`} />;
  if (error) return <ErrorNotice error={error} onTryAgain={readOn} />;
  if (state === 'part') {
    return (
      <Notice kind="wait">
        <p>{read} of the first positions are shown; there are more.</p>
        <button type="button" class="button" onClick={readOn}>
          Read more
        </button>
      </Notice>
    );
  }
  return (
    <p class="about">
      {read} read. <ReadAgain onPress={readAgain} />
    </p>
  );
}

/** Whether the positions add up to the figure. */
function SumCheck({ history, onHand }: { history: ReadHistory; onHand: number }) {
  if (history.state !== 'complete') return null;
  const { positions, readAgain } = history;
  const sum = positions.reduce((pieces, { cloud }) => pieces + (cloud?.onHand ?? 0), 0);
  const places = countOf(positions.filter(({ cloud }) => (cloud?.onHand ?? 0) > 0).length, 'position');
  if (sum === onHand) {
    return (
      <Notice kind="good">
        {places} add up to the {formatNumber(onHand)} on hand.
      </Notice>
    );
  }
  return (
    <Notice kind="wait">
      <p>
        The figure has moved on: {formatNumber(onHand)} on hand now, {formatNumber(sum)} when the transactions
        were read.
      </p>
      <button type="button" class="button" onClick={readAgain}>
        Read again
      </button>
    </Notice>
  );
}

function isAt(
  { locationId, lotNumber }: { locationId: string; lotNumber: string | null },
  place: HistoryPlace | undefined,
) {
  return place !== undefined && locationId === place.locationId && (lotNumber ?? '') === place.lotNumber;
}

/** Of one time the newest state first, so that a position is read from where it stands back to where it began. */
function newestFirst(entries: readonly AnyEntry[], place: HistoryPlace | undefined): AnyEntry[] {
  const wanted = place ? entries.filter((entry) => isAt(entry, place)) : entries;
  return wanted
    .toReversed()
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
}

const DIFFERENCES: Readonly<Record<NonNullable<HistoryPosition['difference']>, string>> = {
  lost: 'the cloud lacks it',
  behind: 'the cloud is behind the journal',
  figure: 'the figures differ',
  ahead: 'the journal is behind the cloud',
  unjournalled: 'not in the journal',
};

function positionColumns(
  { itemId, warehouseId }: { itemId: string; warehouseId: string },
  counts: ReadonlyMap<string, string>,
): readonly Column<HistoryPosition>[] {
  return [
    {
      name: 'Location',
      value: ({ locationId }) => locationId,
      show: ({ locationId, lotNumber }) => (
        <a
          href={addressOf(['items', itemId], {
            warehouse: warehouseId,
            location: locationId,
            lot: lotNumber ?? '',
          })}
        >
          {locationId}
        </a>
      ),
    },
    { name: 'Lot', value: ({ lotNumber }) => lotNumber },
    { name: 'On hand', isNumber: true, value: ({ cloud }) => cloud?.onHand ?? 0 },
    { name: 'Version', isNumber: true, value: ({ cloud }) => cloud?.version },
    { name: 'By the journal', isNumber: true, value: ({ journal }) => journal?.onHand },
    {
      name: 'Note',
      isText: true,
      value: ({ locationId, difference }) =>
        [counts.get(locationId), difference && DIFFERENCES[difference]].filter(Boolean).join('; '),
    },
  ];
}
