import { callApi, queryOf } from '../api.ts';
import { type BackorderPage, BackorderTable } from '../order/backorder-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Panel } from '../parts/panel.tsx';
import { useResource } from '../use-resource.ts';

const LIVE_MS = 10_000;

/** What waits for an item. */
export function ItemBackorders({ itemId }: { itemId: string }) {
  const backorders = useResource(
    itemId,
    (signal) => callApi<BackorderPage>(`backorders${queryOf({ itemId, top: 200 })}`, { signal }),
    LIVE_MS,
  );
  return (
    <Panel
      title="Waits for stock"
      about="Backorders of this item, in the order in which they will be served."
    >
      <Loaded resource={backorders} what="the backorders">
        {(page) => <BackorderTable caption={`Backorders of ${itemId}`} page={page} />}
      </Loaded>
    </Panel>
  );
}
