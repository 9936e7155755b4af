import { callApi } from '../api.ts';
import { LiveMark } from '../parts/live-mark.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { SearchForm } from '../parts/search-form.tsx';
import { useResource } from '../use-resource.ts';
import { type BackorderPage, BackorderTable } from './backorder-table.tsx';

const LIVE_MS = 10_000;

/** The way to an order, and the lines that wait. */
export function OrdersPage() {
  const backorders = useResource(
    'backorders',
    (signal) => callApi<BackorderPage>('backorders?top=200', { signal }),
    LIVE_MS,
  );
  return (
    <Page title="Orders" beside={<LiveMark resources={[backorders]} everyMs={LIVE_MS} />}>
      <SearchForm kind="orders" label="Order" example="ORD-1001" />
      <Panel title="Waits for stock" about="Lines in the order in which they will be served.">
        <Loaded resource={backorders} what="the backorders">
          {(page) => <BackorderTable caption="Backorders" page={page} />}
        </Loaded>
      </Panel>
    </Page>
  );
}
