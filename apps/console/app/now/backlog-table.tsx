import type { BacklogAnswer, PlaceBacklog } from '../../../../shared/contracts/backlog.ts';
import { formatDuration, formatNumber } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';

const COLUMNS: readonly Column<PlaceBacklog>[] = [
  { name: 'Subscription or queue', value: ({ place }) => place },
  {
    name: 'Wait',
    isNumber: true,
    value: ({ waiting }) => waiting,
    show: ({ waiting, atLeast }) => `${formatNumber(waiting)}${atLeast ? ' or more' : ''}`,
  },
  {
    name: 'Oldest',
    isNumber: true,
    value: ({ oldestSeconds }) => oldestSeconds,
    show: ({ oldestSeconds }) => (oldestSeconds === null ? '–' : formatDuration(oldestSeconds * 1_000)),
  },
];

/** What waits on the bus, and since when. */
export function BacklogTable({ backlog: { places, unreadPlaces } }: { backlog: BacklogAnswer }) {
  return (
    <>
      <DataTable
        caption="Messages that wait"
        columns={COLUMNS}
        rows={places}
        keyOf={({ place }) => place}
        empty="The bus has no place of the fabric."
      />
      {unreadPlaces.length > 0 && (
        <p class="about">
          Closed to the fabric: {unreadPlaces.map(({ place, why }) => `${place} (${why})`).join(', ')}.
        </p>
      )}
    </>
  );
}
