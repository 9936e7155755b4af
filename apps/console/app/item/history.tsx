import { useMemo } from 'preact/hooks';
import type { HistoryPosition } from '../../../../shared/contracts/history.ts';
import { countOf, formatNumber } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { ErrorNotice, Loading, Notice } from '../parts/notice.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { addressWith } from '../router.ts';
import { countsUnderWay } from './counts-under-way.ts';
import { Transactions } from './transactions.tsx';
import { type HistoryPlace, isAt, type ReadHistory, useHistory } from './use-history.ts';

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
  const counts = useMemo(() => countsUnderWay(whole.entries, Date.now()), [whole.entries]);
  if (whole.entries.length === 0 && whole.positions.length === 0) {
    if (whole.state === 'reading') return <Loading what="the transactions" />;
    if (whole.error) return <ErrorNotice error={whole.error} onTryAgain={whole.readAgain} />;
  }
  return (
    <>
      <Reading history={whole} />
      <SumCheck history={whole} onHand={onHand} />
      <DataTable
        caption={`Positions of ${itemId} in ${warehouseId}`}
        columns={positionColumns(counts)}
        rows={whole.positions}
        keyOf={({ locationId, lotNumber }) => `${locationId}|${lotNumber}`}
        classOf={(position) => (place && isAt(position, place) ? 'chosen' : undefined)}
        isPart={whole.state !== 'complete'}
        empty="No position: nothing is there, and nothing was."
      />
      <Transactions of={`${itemId} in ${placeIn(warehouseId, place)}`} history={shown} place={place} />
    </>
  );
}

function placeIn(warehouseId: string, place: HistoryPlace | undefined): string {
  if (!place) return warehouseId;
  const { locationId, lotNumber } = place;
  return `${locationId}${lotNumber && `, lot ${lotNumber}`} in ${warehouseId}`;
}

function Reading({ history: { state, count, error, readOn, readAgain } }: { history: ReadHistory }) {
  const read = countOf(count, 'transaction');
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
  const filled = positions.filter(({ cloud }) => (cloud?.onHand ?? 0) > 0).length;
  if (sum === onHand) {
    return (
      <Notice kind="good">
        {countOf(filled, 'position')} {filled === 1 ? 'adds' : 'add'} up to the {formatNumber(onHand)} on
        hand.
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

const DIFFERENCES: Readonly<Record<NonNullable<HistoryPosition['difference']>, string>> = {
  lost: 'the cloud lacks it',
  behind: 'the cloud is behind the journal',
  figure: 'the figures differ',
  ahead: 'the journal is behind the cloud',
  unjournalled: 'not in the journal',
};

function positionColumns(counts: ReadonlyMap<string, string>): readonly Column<HistoryPosition>[] {
  return [
    {
      name: 'Location',
      value: ({ locationId }) => locationId,
      show: ({ locationId, lotNumber }) => (
        <a href={addressWith({ location: locationId, lot: lotNumber ?? undefined })}>{locationId}</a>
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
