import type { LineAllocation, OrderAllocation } from '../../../../shared/contracts/allocation.ts';
import { callApi, pathOf } from '../api.ts';
import { countOf } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { LiveMark } from '../parts/live-mark.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRecent } from '../parts/search-form.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';
import { useResource } from '../use-resource.ts';
import { OrderTimeline } from './order-timeline.tsx';

const LIVE_MS = 2_000;

const COLUMNS: readonly Column<LineAllocation>[] = [
  { name: 'Line', value: ({ lineId }) => lineId },
  {
    name: 'Item',
    value: ({ itemId }) => itemId,
    show: ({ itemId }) => <a href={addressOf(['items', itemId])}>{itemId}</a>,
  },
  { name: 'State', value: ({ status }) => status, show: ({ status }) => <Status state={status} /> },
  { name: 'Wanted', isNumber: true, value: ({ quantity }) => quantity },
  { name: 'Tentative', isNumber: true, value: ({ tentative }) => tentative },
  { name: 'Confirmed', isNumber: true, value: ({ confirmed }) => confirmed },
  { name: 'Fulfilled', isNumber: true, value: ({ fulfilled }) => fulfilled },
  { name: 'Backordered', isNumber: true, value: ({ backordered }) => backordered },
  { name: 'Releasing', isNumber: true, value: ({ releasing }) => releasing },
  { name: 'Rejected', isNumber: true, value: ({ rejected }) => rejected },
  { name: 'Released', isNumber: true, value: ({ released }) => released },
  {
    name: 'Promised for',
    value: ({ promisedDate }) => promisedDate,
    show: ({ promisedDate }) => (promisedDate === null ? 'no receipt covers it' : (promisedDate ?? '–')),
  },
];

type Source = LineAllocation['sources'][number] & Pick<LineAllocation, 'lineId' | 'itemId'>;

const SOURCE_COLUMNS: readonly Column<Source>[] = [
  { name: 'Line', value: ({ lineId }) => lineId },
  {
    name: 'Warehouse',
    value: ({ warehouseId }) => warehouseId,
    show: ({ itemId, warehouseId }) => (
      <a href={addressOf(['items', itemId], { warehouse: warehouseId })}>{warehouseId}</a>
    ),
  },
  { name: 'State', value: ({ status }) => status, show: ({ status }) => <Status state={status} /> },
  { name: 'Pieces', isNumber: true, value: ({ quantity }) => quantity },
  { name: 'Picked', isNumber: true, value: ({ picked }) => picked },
  { name: 'Allocation', value: ({ allocationId }) => allocationId },
];

/** What became of an order, line by line and step by step. */
export function OrderPage({ orderId }: { orderId: string }) {
  const order = useResource(
    orderId,
    (signal) => callApi<OrderAllocation>(`${pathOf('orders', orderId)}/allocations`, { signal }),
    LIVE_MS,
  );
  useRecent('orders', orderId, order.data !== undefined);
  return (
    <Page title={`Order ${orderId}`} beside={<LiveMark resources={[order]} everyMs={LIVE_MS} />}>
      <Loaded resource={order} what="the order">
        {(data) => (
          <>
            <p class="facts">
              <Status state={data.status} /> {countOf(data.lines.length, 'line')}, ordered{' '}
              <When at={data.createdAt} />
              {data.allOrNothing && ', all lines in full or nothing'};{' '}
              <a href={addressOf(['traces', orderId])}>its traces</a>
            </p>
            <Panel title="Lines" about="In pieces. What a line wants is the sum of what follows it.">
              <DataTable
                caption={`Lines of ${orderId}`}
                columns={COLUMNS}
                rows={data.lines}
                keyOf={({ lineId }) => lineId}
                empty="The order has no lines."
              />
            </Panel>
            <Panel title="What happened" about="Each line through time, the oldest step first.">
              <OrderTimeline orderId={orderId} lines={data.lines} />
            </Panel>
            <Panel title="Where it comes from" about="What was asked of each warehouse, and its answer.">
              <DataTable
                caption={`Allocations of ${orderId}`}
                columns={SOURCE_COLUMNS}
                rows={data.lines.flatMap(({ lineId, itemId, sources }) =>
                  sources.map((source) => ({ ...source, lineId, itemId })),
                )}
                keyOf={({ allocationId }) => allocationId}
                empty="No warehouse has been asked."
              />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}
