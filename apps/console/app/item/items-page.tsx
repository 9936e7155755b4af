import type { Findings } from '../../../../shared/contracts/findings.ts';
import { callApi } from '../api.ts';
import { words } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { SearchForm } from '../parts/search-form.tsx';
import { addressOf } from '../router.ts';
import { useResource } from '../use-resource.ts';

/** One position that the events do not fully explain. */
type Row = {
  readonly kind: string;
  readonly itemId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly detail: string;
};

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'Item',
    value: ({ itemId }) => itemId,
    show: ({ itemId, warehouseId, locationId, lotNumber }) => (
      <a
        href={addressOf(['items', itemId], {
          warehouse: warehouseId,
          location: locationId,
          lot: lotNumber ?? '',
        })}
      >
        {itemId}
      </a>
    ),
  },
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  { name: 'Location', value: ({ locationId }) => locationId },
  { name: 'Lot', value: ({ lotNumber }) => lotNumber },
  { name: 'What', value: ({ kind }) => words(kind) },
  { name: 'Detail', isText: true, value: ({ detail }) => detail },
];

/** The way to an item, and the items that need a look. */
export function ItemsPage() {
  const findings = useResource('findings', (signal) => callApi<Findings>('findings', { signal }));
  return (
    <Page title="Items">
      <SearchForm kind="items" label="Item" example="ITEM-12345" />
      <Panel
        title="Not fully explained"
        beside={<ReadAgain onPress={findings.reload} />}
        about="Positions of which events are missing, or contradict each other. The next reconciliation looks at them."
      >
        <Loaded resource={findings} what="the findings">
          {(data) => (
            <>
              <DataTable
                caption="Positions not fully explained"
                columns={COLUMNS}
                rows={rowsOf(data)}
                keyOf={({ kind, itemId, warehouseId, locationId, lotNumber, detail }) =>
                  [kind, itemId, warehouseId, locationId, lotNumber, detail].join('|')
                }
                empty="None: the events explain every figure."
              />
              {data.more && (
                <p class="about">
                  Others are not fully explained either; they show when some of these are settled.
                </p>
              )}
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function rowsOf({ gaps, findings }: Findings): Row[] {
  return [
    ...gaps.map(({ missing, ...place }) => ({
      ...place,
      kind: 'gap',
      detail: `versions that never came: ${missing.map(([from, to]) => (from === to ? from : `${from} to ${to}`)).join(', ')}`,
    })),
    ...findings.map(({ expected, found, eventId, ...place }) => ({
      ...place,
      detail: `expected ${expected}, found ${found} (event ${eventId})`,
    })),
  ];
}
