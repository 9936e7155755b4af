import type { Backorder } from '../../../../shared/contracts/allocation.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';

export type BackorderPage = {
  readonly backorders: readonly Backorder[];
  readonly continuationToken?: string;
};

const COLUMNS: readonly Column<Backorder>[] = [
  {
    name: 'Order',
    value: ({ orderId }) => orderId,
    show: ({ orderId }) => <a href={addressOf(['orders', orderId])}>{orderId}</a>,
  },
  { name: 'Line', value: ({ lineId }) => lineId },
  {
    name: 'Item',
    value: ({ itemId }) => itemId,
    show: ({ itemId }) => <a href={addressOf(['items', itemId])}>{itemId}</a>,
  },
  { name: 'Pieces', isNumber: true, value: ({ quantity }) => quantity },
  { name: 'Priority', isNumber: true, value: ({ priority }) => priority },
  { name: 'Ordered', value: ({ orderedAt }) => orderedAt, show: ({ orderedAt }) => <When at={orderedAt} /> },
  { name: 'Wanted for', value: ({ wantedDate }) => wantedDate },
  {
    name: 'Promised for',
    value: ({ promisedDate }) => promisedDate,
    show: ({ promisedDate }) => promisedDate ?? 'no receipt covers it',
  },
];

/** Lines that wait for stock, in the order in which they will be served. */
export function BackorderTable({ caption, page }: { caption: string; page: BackorderPage }) {
  return (
    <DataTable
      caption={caption}
      columns={COLUMNS}
      rows={page.backorders}
      keyOf={({ orderId, lineId }) => `${orderId}|${lineId}`}
      isPart={page.continuationToken !== undefined}
      empty="Nothing waits for stock."
    />
  );
}
