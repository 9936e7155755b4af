import { useEffect } from 'preact/hooks';
import type { Discrepancy } from '../../../../shared/contracts/reconciliation.ts';
import { countOf } from '../formats.ts';
import { fromLocal, toLocal } from '../local-time.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Field } from '../parts/field.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { When } from '../parts/when.tsx';
import { addressWith, setQuery } from '../router.ts';
import { useResource } from '../use-resource.ts';
import { DISCREPANCY_COLUMNS, FOUND_COLUMN } from './discrepancy-columns.tsx';
import { readDiscrepancies } from './read-discrepancies.ts';

const COLUMNS: readonly Column<Discrepancy>[] = [FOUND_COLUMN, ...DISCREPANCY_COLUMNS];

/** What differed in a warehouse in a time, whichever run found it; unless told, yesterday where somebody looks. */
export function DiscrepanciesPage({ query }: { query: URLSearchParams }) {
  const warehouseId = query.get('warehouse') ?? '';
  const from = query.get('from') ?? midnight(-1);
  const to = query.get('to') ?? midnight(0);
  // A link to the page means the same days tomorrow.
  useEffect(() => setQuery({ from, to }), [from, to]);
  const key = warehouseId === '' ? undefined : `${warehouseId} ${from} ${to}`;
  const found = useResource(key, (signal) => readDiscrepancies({ warehouseId, from, to }, signal));
  return (
    <Page title="Discrepancies">
      <search class="toolbar">
        <Field
          label="Warehouse"
          value={warehouseId}
          size={10}
          maxLength={64}
          onEntered={(entered) => setQuery({ warehouse: entered.trim() })}
        />
        <Field
          label="From"
          isTime
          value={toLocal(from)}
          onEntered={(entered) => setQuery({ from: fromLocal(entered) })}
        />
        <Field
          label="Before"
          isTime
          value={toLocal(to)}
          onEntered={(entered) => setQuery({ to: fromLocal(entered) })}
        />
        {key && <ReadAgain onPress={found.reload} />}
      </search>
      {key ? (
        <Loaded resource={found} what="the discrepancies of all runs in this time">
          {({ rows, runs, isPart, next }) => (
            <>
              {next && (
                <Notice kind="wait">
                  Without the runs from <When at={next} /> on: the time has more of them than are read at
                  once. <a href={addressWith({ from: next })}>Go on with those</a>
                </Notice>
              )}
              <DataTable
                caption={`Discrepancies of ${warehouseId} in ${countOf(runs, 'run')}`}
                columns={COLUMNS}
                rows={rows}
                keyOf={({ runId, discrepancyId }) => `${runId}|${discrepancyId}`}
                isPart={isPart}
                empty={
                  runs === 0
                    ? 'No completed run compared anything of it in this time.'
                    : 'None: both sides agreed.'
                }
              />
            </>
          )}
        </Loaded>
      ) : (
        <p class="empty">Say of which warehouse.</p>
      )}
    </Page>
  );
}

/** Where somebody looks; ISO 8601 UTC. */
function midnight(daysFromNow: number): string {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + daysFromNow);
  return day.toISOString();
}
