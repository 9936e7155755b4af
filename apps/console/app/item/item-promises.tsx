import type { OpenPromise, OpenPromises } from '../../../../shared/contracts/open-promises.ts';
import { callApi, pathOf } from '../api.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Panel } from '../parts/panel.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';
import { useResource } from '../use-resource.ts';

const LIVE_MS = 5_000;

/** What stands with one warehouse, or waits for any. */
type Row = Pick<OpenPromise, 'orderId' | 'lineId' | 'priority' | 'orderedAt'> & {
  readonly isCart: boolean;
  readonly status: string;
  readonly warehouseId: string | undefined;
  readonly pieces: number;
  readonly picked: number;
};

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'Order',
    value: ({ orderId }) => orderId,
    show: ({ orderId, isCart }) =>
      isCart ? `${orderId} (cart)` : <a href={addressOf(['orders', orderId])}>{orderId}</a>,
  },
  { name: 'Line', value: ({ lineId }) => lineId },
  { name: 'State', value: ({ status }) => status, show: ({ status }) => <Status state={status} /> },
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  { name: 'Still to go', isNumber: true, value: ({ pieces, picked }) => pieces - picked },
  { name: 'Picked', isNumber: true, value: ({ picked }) => picked },
  { name: 'Priority', isNumber: true, value: ({ priority }) => priority },
  { name: 'Ordered', value: ({ orderedAt }) => orderedAt, show: ({ orderedAt }) => <When at={orderedAt} /> },
];

/** Who holds pieces of an item, or waits for them: what tentative and confirmed are made of. */
export function ItemPromises({ itemId }: { itemId: string }) {
  const promises = useResource(
    itemId,
    (signal) => callApi<OpenPromises>(pathOf('items', itemId, 'promises'), { signal }),
    LIVE_MS,
  );
  return (
    <Panel
      title="Open promises"
      about="What tentative and confirmed are made of, and what waits; the oldest order first."
    >
      <Loaded resource={promises} what="the promises">
        {({ promises: found, more }) => (
          <DataTable
            caption={`Open promises of ${itemId}`}
            columns={COLUMNS}
            rows={found.flatMap(rowsOf)}
            keyOf={({ orderId, lineId, warehouseId, status }) =>
              [orderId, lineId, warehouseId, status].join('|')
            }
            isPart={more}
            empty="Nobody holds any of it, or waits for it."
          />
        )}
      </Loaded>
    </Panel>
  );
}

/** What has come to its end is left out. */
function rowsOf({ orderId, lineId, priority, orderedAt, state, backordered, sources }: OpenPromise): Row[] {
  const line = { orderId, lineId, priority, orderedAt, isCart: state === 'in-cart' };
  const held = sources
    .filter(({ quantity, picked }) => quantity > picked)
    .map(({ warehouseId, quantity, picked, status }) => ({
      ...{ ...line, status, warehouseId, picked },
      pieces: quantity,
    }));
  if (backordered === 0) return held;
  return [
    ...held,
    { ...line, status: 'backordered', warehouseId: undefined, pieces: backordered, picked: 0 },
  ];
}
