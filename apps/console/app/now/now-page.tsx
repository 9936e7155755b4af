import type { Backorder } from '../../../../shared/contracts/allocation.ts';
import type { AllocationCounts } from '../../../../shared/contracts/allocation-counts.ts';
import type { BacklogAnswer } from '../../../../shared/contracts/backlog.ts';
import type { Figures } from '../../../../shared/contracts/figures.ts';
import type { Health } from '../../../../shared/contracts/health.ts';
import type { InvestigationSummary } from '../../../../shared/contracts/investigation.ts';
import type { QuarantineCounts } from '../../../../shared/contracts/quarantine.ts';
import type { Accuracy } from '../../../../shared/contracts/reconciliation.ts';
import { callApi, callOpenApi, queryOf } from '../api.ts';
import { LiveMark } from '../parts/live-mark.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { Select } from '../parts/select.tsx';
import { setQuery } from '../router.ts';
import { useResource } from '../use-resource.ts';
import { AccuracyByWarehouse } from './accuracy-by-warehouse.tsx';
import { AdaptersTable } from './adapters-table.tsx';
import { AllocationsByState } from './allocations-by-state.tsx';
import { BacklogTable } from './backlog-table.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { FlowCharts } from './flow-charts.tsx';
import { HealthParts } from './health-parts.tsx';

/** Milliseconds between an answer and the next question: of what moves, and of what is counted by lists. */
const LIVE_MS = 2_000;
const LISTS_MS = 10_000;
/** What the API itself looks at once in 4 or 5 s. */
const COUNTED_MS = 5_000;

const DAY_MS = 86_400_000;

const PERIODS = [
  { minutes: 15, name: '15 minutes' },
  { minutes: 60, name: 'hour' },
  { minutes: 360, name: '6 hours' },
  { minutes: 1_440, name: '24 hours' },
] as const;

export type Lists = {
  readonly investigations: { investigations: readonly InvestigationSummary[]; continuationToken?: string };
  readonly backorders: { backorders: readonly Backorder[]; continuationToken?: string };
  readonly quarantine: QuarantineCounts;
};

/** How the fabric is. */
export function NowPage({ minutes: wanted }: { minutes: string | null }) {
  const { minutes } = PERIODS.find((period) => String(period.minutes) === wanted) ?? PERIODS[0];
  const figures = useResource(
    `figures ${minutes}`,
    (signal) => callApi<Figures>(`figures${queryOf({ minutes })}`, { signal }),
    LIVE_MS,
  );
  const health = useResource('health', (signal) => callOpenApi<Health>('health', signal, 503), LIVE_MS);
  const backlog = useResource(
    'backlog',
    (signal) => callApi<BacklogAnswer>('backlog', { signal }),
    COUNTED_MS,
  );
  const allocations = useResource(
    'allocations',
    (signal) => callApi<AllocationCounts>('allocations/counts', { signal }),
    COUNTED_MS,
  );
  const lists = useResource('lists', readLists, LISTS_MS);
  const accuracy = useResource('accuracy', readAccuracy, LISTS_MS);
  return (
    <Page title="Now" beside={<LiveMark resources={[figures, health]} everyMs={LIVE_MS} />}>
      <div class="toolbar">
        <Select
          label="Of the last"
          value={String(minutes)}
          options={PERIODS.map((period) => [String(period.minutes), period.name])}
          onChoose={(chosen) => setQuery({ minutes: chosen })}
        />
      </div>
      <FigureTiles figures={figures.data} lists={lists.data} />
      <Loaded resource={figures} what="the figures">
        {(data) => <FlowCharts figures={data} minutes={minutes} />}
      </Loaded>
      <div class="columns columns--two">
        <Panel
          title="Backlog by subscription"
          about="Messages that wait on the bus; those being handled and those scheduled for later are among them."
        >
          <Loaded resource={backlog} what="the backlog">
            {(data) => <BacklogTable backlog={data} />}
          </Loaded>
        </Panel>
        <Panel
          title="Allocations by state"
          about="Lines of orders and carts whose pieces can still move, and lines of orders that came to their end in the last 24 hours."
        >
          <Loaded resource={allocations} what="the allocations">
            {(data) => <AllocationsByState counts={data} />}
          </Loaded>
        </Panel>
        <Panel
          title="Parts"
          about="Whether each part that the cloud needs answers, and what each WMS adapter tells of itself once a minute."
        >
          <Loaded resource={health} what="the health of the parts">
            {(data) => <HealthParts health={data} />}
          </Loaded>
          <Loaded resource={backlog} what="the adapters">
            {(data) => <AdaptersTable backlog={data} />}
          </Loaded>
        </Panel>
        <Panel
          title="Accuracy by warehouse"
          about="Share of positions on which the cloud and the WMS agreed, in the newest run that compared them."
        >
          <Loaded resource={accuracy} what="the accuracy">
            {(data) => <AccuracyByWarehouse accuracy={data} />}
          </Loaded>
        </Panel>
      </div>
      {lists.error && (
        <Loaded resource={lists} what="the lists">
          {() => null}
        </Loaded>
      )}
    </Page>
  );
}

/** All that is counted by what is listed. */
async function readLists(signal: AbortSignal): Promise<Lists> {
  const [investigations, backorders, quarantine] = await Promise.all([
    callApi<Lists['investigations']>('investigations?status=open&top=200', { signal }),
    callApi<Lists['backorders']>('backorders?top=200', { signal }),
    callApi<QuarantineCounts>('quarantine/counts', { signal }),
  ]);
  return { investigations, backorders, quarantine };
}

function readAccuracy(signal: AbortSignal): Promise<Accuracy> {
  const from = new Date(Date.now() - DAY_MS).toISOString();
  return callApi<Accuracy>(`reconciliation/accuracy${queryOf({ from })}`, { signal });
}
