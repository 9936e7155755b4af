import { useEffect } from 'preact/hooks';
import type { ItemAtp, WarehouseAtp } from '../../../../shared/contracts/atp.ts';
import { callApi, pathOf } from '../api.ts';
import { formatNumber } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { LiveMark } from '../parts/live-mark.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRecent } from '../parts/search-form.tsx';
import { When } from '../parts/when.tsx';
import { addressWith, setQuery } from '../router.ts';
import { useResource } from '../use-resource.ts';
import { AtpByDate } from './atp-by-date.tsx';
import { AtpSum } from './atp-sum.tsx';
import { History } from './history.tsx';
import { ItemBackorders } from './item-backorders.tsx';
import { ItemPromises } from './item-promises.tsx';

const LIVE_MS = 2_000;

/** What is promised of an item and what is left, and why. */
export function ItemPage({ itemId, query }: { itemId: string; query: URLSearchParams }) {
  const atp = useResource(
    itemId,
    (signal) => callApi<ItemAtp>(`${pathOf('items', itemId)}/atp`, { signal }),
    LIVE_MS,
  );
  useRecent('items', itemId, atp.data !== undefined);
  const wanted = query.get('warehouse');
  const chosen = atp.data && chosenOf(atp.data, wanted);
  const warehouseId = chosen?.warehouseId;
  // A link to the page says of which warehouse it is: another one may hold the most soon.
  useEffect(() => {
    if (wanted === null && warehouseId !== undefined) setQuery({ warehouse: warehouseId });
  }, [wanted, warehouseId]);
  return (
    <Page title={`Item ${itemId}`} beside={<LiveMark resources={[atp]} everyMs={LIVE_MS} />}>
      <Loaded resource={atp} what="the item">
        {(data) => (
          <>
            <Panel title="Available to promise" about="All warehouses together, in pieces.">
              <AtpSum atp={data} />
              <Warehouses itemId={itemId} warehouses={data.warehouses} chosen={warehouseId} />
            </Panel>
            {chosen && wanted !== null && wanted !== warehouseId && (
              <Notice kind="wait">
                {wanted} has no stock of it; this is {warehouseId}.
              </Notice>
            )}
            {chosen ? (
              <Why itemId={itemId} atp={chosen} query={query} key={warehouseId} />
            ) : (
              <p class="empty">No warehouse holds this item.</p>
            )}
            <ItemPromises itemId={itemId} />
            <AtpByDate itemId={itemId} wanted={query.get('days')} />
            <ItemBackorders itemId={itemId} />
          </>
        )}
      </Loaded>
      {/* What no warehouse has may be waited for all the same. */}
      {!atp.data && atp.error?.status === 404 && <ItemBackorders itemId={itemId} />}
    </Page>
  );
}

/** The warehouse that is wanted; otherwise the one that holds the most, about which it is asked most likely. */
function chosenOf({ warehouses }: ItemAtp, wanted: string | null): WarehouseAtp | undefined {
  const named = warehouses.find(({ warehouseId }) => warehouseId === wanted);
  return named ?? warehouses.toSorted((a, b) => b.onHand - a.onHand)[0];
}

type WarehousesProps = {
  readonly itemId: string;
  readonly warehouses: readonly WarehouseAtp[];
  readonly chosen: string | undefined;
};

function Warehouses({ itemId, warehouses, chosen }: WarehousesProps) {
  const columns: readonly Column<WarehouseAtp>[] = [
    {
      name: 'Warehouse',
      value: ({ warehouseId }) => warehouseId,
      show: ({ warehouseId }) => (
        <a
          href={addressWith({ warehouse: warehouseId, location: undefined, lot: undefined })}
          aria-current={warehouseId === chosen ? 'true' : undefined}
        >
          {warehouseId}
        </a>
      ),
    },
    { name: 'On hand', isNumber: true, value: ({ onHand }) => onHand },
    { name: 'Tentative', isNumber: true, value: ({ tentative }) => tentative },
    { name: 'Confirmed', isNumber: true, value: ({ confirmed }) => confirmed },
    { name: 'Safety stock', isNumber: true, value: ({ safetyStock }) => safetyStock },
    {
      name: 'ATP',
      isNumber: true,
      value: ({ atp }) => atp,
      show: ({ atp }) => <b class={atp < 0 ? 'negative' : undefined}>{formatNumber(atp)}</b>,
    },
    { name: 'At risk', isNumber: true, value: ({ atRisk }) => atRisk },
    {
      name: 'Newest transaction',
      value: ({ asOf }) => asOf,
      show: ({ asOf }) => <When at={asOf.startsWith('1970') ? null : asOf} />,
    },
  ];
  return (
    <DataTable
      caption={`ATP of ${itemId} by warehouse`}
      columns={columns}
      rows={warehouses}
      keyOf={({ warehouseId }) => warehouseId}
      classOf={({ warehouseId }) => (warehouseId === chosen ? 'chosen' : undefined)}
      empty="No warehouse holds this item."
    />
  );
}

function Why({ itemId, atp, query }: { itemId: string; atp: WarehouseAtp; query: URLSearchParams }) {
  const { warehouseId } = atp;
  return (
    <Panel
      title={`Why is it ${formatNumber(atp.atp)} in ${warehouseId}?`}
      about="On hand is what the positions below add up to; each stands on the newest of its transactions."
    >
      <AtpSum atp={atp} />
      <History
        itemId={itemId}
        warehouseId={warehouseId}
        onHand={atp.onHand}
        location={query.get('location') ?? undefined}
        lot={query.get('lot') ?? ''}
      />
    </Panel>
  );
}
