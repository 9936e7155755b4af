import type {
  Discrepancies,
  Discrepancy,
  DiscrepancyClass,
  Run,
  WarehouseFigures,
} from '../../../../shared/contracts/reconciliation.ts';
import { callApi, pathOf, queryOf } from '../api.ts';
import { formatDuration, formatNumber, formatShare, words } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Listed } from '../parts/listed.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { Select } from '../parts/select.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { setQuery } from '../router.ts';
import { type List, useList } from '../use-list.ts';
import { useResource } from '../use-resource.ts';
import { CLASSES } from './classes.ts';
import { DISCREPANCY_COLUMNS } from './discrepancy-columns.tsx';

const LIVE_MS = 3_000;

const WAREHOUSE_COLUMNS: readonly Column<WarehouseFigures>[] = [
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  { name: 'Compared', isNumber: true, value: ({ compared }) => compared },
  { name: 'Agreed', isNumber: true, value: ({ agreeing }) => agreeing },
  { name: 'Corrected', isNumber: true, value: ({ corrected }) => corrected },
  { name: 'Left alone', isNumber: true, value: ({ uncorrected }) => uncorrected },
  { name: 'Reservations', isNumber: true, value: ({ reservations }) => reservations },
  { name: 'In flight', isNumber: true, value: ({ inFlight }) => inFlight },
  { name: 'Late', isNumber: true, value: ({ late }) => late },
  { name: 'Pieces off', isNumber: true, value: ({ piecesOff }) => piecesOff },
  { name: 'Value off', isNumber: true, value: ({ valueOff }) => valueOff },
  {
    name: 'Accuracy',
    isNumber: true,
    value: ({ accuracy }) => accuracy,
    show: ({ accuracy }) => (accuracy === null ? '–' : formatShare(accuracy)),
  },
  {
    name: 'Took',
    isNumber: true,
    value: ({ durationMs }) => durationMs,
    show: ({ durationMs }) => formatDuration(durationMs),
  },
];

/** One comparison of both sides: its figures, and what it found. */
export function RunPage({ runId, query }: { runId: string; query: URLSearchParams }) {
  const run = useResource(
    runId,
    (signal) => callApi<Run>(pathOf('reconciliation', 'runs', runId), { signal }),
    LIVE_MS,
  );
  return (
    <Page title={`Run ${runId}`}>
      <Loaded resource={run} what="the run">
        {(data) => (
          <>
            <p class="facts">
              <Status state={data.status} /> {data.mode} run of {data.warehouseId ?? 'all warehouses'}, asked
              for by {data.trigger === 'timer' ? 'the timer' : 'somebody'} <When at={data.requestedAt} />
              {data.endedAt && (
                <>
                  , ended <When at={data.endedAt} />
                </>
              )}
            </p>
            {data.problem && <Notice kind="bad">{data.problem.detail}</Notice>}
            {data.notes.map((note) => (
              <Notice key={note} kind="plain">
                {note}
              </Notice>
            ))}
            <Panel title="By warehouse">
              <DataTable
                caption={`Figures of ${runId}`}
                columns={WAREHOUSE_COLUMNS}
                rows={data.warehouses}
                keyOf={({ warehouseId }) => warehouseId}
                empty="Nothing has been compared yet."
              />
            </Panel>
            <FoundDiscrepancies runId={runId} query={query} key={data.status} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function FoundDiscrepancies({ runId, query }: { runId: string; query: URLSearchParams }) {
  const wanted = CLASSES.find((known) => known === query.get('class'));
  const list = useList<Discrepancy>(`${runId} ${wanted}`, async (continuationToken, signal) => {
    const path = `${pathOf('reconciliation', 'runs', runId)}/discrepancies`;
    const page = await callApi<Discrepancies>(
      `${path}${queryOf({ class: wanted, top: 1_000, continuationToken })}`,
      {
        signal,
      },
    );
    return { rows: page.discrepancies, next: page.continuationToken };
  });
  return (
    <Panel
      title="Discrepancies"
      about={!wanted && byClass(list)}
      beside={
        <Select
          label="Class"
          value={wanted ?? ''}
          options={[['', 'all'], ...CLASSES.map((known) => [known, words(known)] as const)]}
          onChoose={(chosen) => setQuery({ class: chosen })}
        />
      }
    >
      <Listed
        list={list}
        caption={`Discrepancies of ${runId}${wanted ? `, ${words(wanted)}` : ''}`}
        what="the discrepancies"
        columns={DISCREPANCY_COLUMNS}
        keyOf={({ discrepancyId }) => discrepancyId}
        empty="None: both sides agreed."
      />
    </Panel>
  );
}

/** How many of each class, the most first. */
function byClass({ rows, state }: List<Discrepancy>): string {
  const counts = new Map<DiscrepancyClass, number>();
  for (const { class: found } of rows) counts.set(found, (counts.get(found) ?? 0) + 1);
  const found = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${words(name)}: ${formatNumber(count)}`)
    .join(', ');
  if (state === 'complete' || rows.length === 0) return found;
  return `Of the first ${formatNumber(rows.length)}: ${found}`;
}
