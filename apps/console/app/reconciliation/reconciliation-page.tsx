import { useMemo } from 'preact/hooks';
import type { Accuracy, Run, Runs } from '../../../../shared/contracts/reconciliation.ts';
import { callApi, queryOf } from '../api.ts';
import { formatDuration, formatShare } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { Listed } from '../parts/listed.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { Select } from '../parts/select.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf, setQuery } from '../router.ts';
import { useList } from '../use-list.ts';
import { useResource } from '../use-resource.ts';
import { AccuracyChart } from './accuracy-chart.tsx';
import { StartRun } from './start-run.tsx';

const DAY_MS = 86_400_000;
const PERIODS = [1, 7, 30, 90] as const;

const COLUMNS: readonly Column<Run>[] = [
  {
    name: 'Asked for',
    value: ({ requestedAt }) => requestedAt,
    show: ({ runId, requestedAt }) => (
      <a href={addressOf(['reconciliation', 'runs', runId])}>
        <When at={requestedAt} />
      </a>
    ),
  },
  { name: 'State', value: ({ status }) => status, show: ({ status }) => <Status state={status} /> },
  { name: 'Mode', value: ({ mode }) => mode },
  { name: 'By', value: ({ trigger }) => trigger },
  { name: 'Of', value: ({ warehouseId }) => warehouseId ?? 'all warehouses' },
  {
    name: 'Took',
    isNumber: true,
    value: tookMs,
    show: (run) => {
      const ms = tookMs(run);
      return ms === undefined ? '–' : formatDuration(ms);
    },
  },
  { name: 'Positions', isNumber: true, value: ({ total }) => total.compared },
  { name: 'Corrected', isNumber: true, value: ({ total }) => total.corrected },
  { name: 'Left alone', isNumber: true, value: ({ total }) => total.uncorrected },
  { name: 'Reservations', isNumber: true, value: ({ total }) => total.reservations },
  { name: 'Pieces off', isNumber: true, value: ({ total }) => total.piecesOff },
  {
    name: 'Accuracy',
    isNumber: true,
    value: ({ total }) => total.accuracy,
    show: ({ total: { accuracy } }) => (accuracy === null ? '–' : formatShare(accuracy)),
  },
];

/** How often the cloud and the WMS agree, and the runs that compared them. */
export function ReconciliationPage({ query }: { query: URLSearchParams }) {
  const days = PERIODS.find((period) => String(period) === query.get('days')) ?? 7;
  const from = useMemo(() => new Date(Date.now() - days * DAY_MS).toISOString(), [days]);
  const accuracy = useResource(from, (signal) =>
    callApi<Accuracy>(`reconciliation/accuracy${queryOf({ from })}`, { signal }),
  );
  const runs = useList<Run>('runs', async (continuationToken, signal) => {
    const path = `reconciliation/runs${queryOf({ top: 50, continuationToken })}`;
    const page = await callApi<Runs>(path, { signal });
    return { rows: page.runs, next: page.continuationToken };
  });
  return (
    <Page title="Reconciliation">
      <Panel
        title="Accuracy"
        about="Share of the compared positions on which both sides agreed, run by run. The case study began at 94.1 % and reached 99.3 %."
        beside={
          <Select
            label="Of the last"
            value={String(days)}
            options={PERIODS.map((period) => [String(period), period === 1 ? 'day' : `${period} days`])}
            onChoose={(chosen) => setQuery({ days: chosen })}
          />
        }
      >
        <Loaded resource={accuracy} what="the accuracy">
          {(data) => <AccuracyChart accuracy={data} />}
        </Loaded>
      </Panel>
      <Panel
        title="Runs"
        about={
          <a href={addressOf(['reconciliation', 'discrepancies'])}>
            What they found in a warehouse, yesterday or in another time
          </a>
        }
        beside={<ReadAgain onPress={runs.readAgain} />}
      >
        <Listed
          list={runs}
          caption="Reconciliation runs"
          what="the runs"
          columns={COLUMNS}
          keyOf={({ runId }) => runId}
          empty="No run has been asked for yet."
        />
      </Panel>
      <Panel title="Ask for a run" about="One runs every 15 minutes by itself.">
        <StartRun />
      </Panel>
    </Page>
  );
}

function tookMs({ startedAt, endedAt }: Run): number | undefined {
  return startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : undefined;
}
