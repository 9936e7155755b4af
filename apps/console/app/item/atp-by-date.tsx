import type { AtpDays, ItemAtp } from '../../../../shared/contracts/atp.ts';
import type { AtpDay } from '../../../../shared/contracts/planning.ts';
import { callApi, pathOf, queryOf } from '../api.ts';
import { formatNumber } from '../formats.ts';
import { Chart } from '../parts/chart.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Panel } from '../parts/panel.tsx';
import { Select } from '../parts/select.tsx';
import { setQuery } from '../router.ts';
import { useResource } from '../use-resource.ts';

const DAY_MS = 86_400_000;
const PERIODS = [14, 30, 90, 365] as const;
const LIVE_MS = 10_000;

const COLUMNS: readonly Column<AtpDay>[] = [
  { name: 'Day (UTC)', value: ({ date }) => date },
  { name: 'Expected', isNumber: true, value: ({ expected }) => expected },
  { name: 'Demand', isNumber: true, value: ({ demand }) => demand },
  { name: 'Projected', isNumber: true, value: ({ projected }) => projected },
  { name: 'ATP', isNumber: true, value: ({ atp }) => atp },
];

/** What can be promised for which day, once expected receipts have come and backorders are served. */
export function AtpByDate({ itemId, wanted }: { itemId: string; wanted: string | null }) {
  const days = PERIODS.find((period) => String(period) === wanted) ?? 30;
  const load = (signal: AbortSignal) => {
    const [from, to] = [utcDay(0), utcDay(days - 1)];
    return callApi<ItemAtp & AtpDays>(`${pathOf('items', itemId)}/atp${queryOf({ from, to })}`, { signal });
  };
  const resource = useResource(`${itemId} ${days}`, load, LIVE_MS);
  return (
    <Panel
      title="By date"
      about="With expected receipts, and backorders by the day they are wanted. ATP of a day is the lowest projected quantity from that day on."
      beside={
        <Select
          label="Next"
          value={String(days)}
          options={PERIODS.map((period) => [String(period), `${period} days`])}
          onChoose={(chosen) => setQuery({ days: chosen })}
        />
      }
    >
      <Loaded resource={resource} what="ATP by date">
        {({ days: rows }) => <Days itemId={itemId} rows={rows} />}
      </Loaded>
    </Panel>
  );
}

function Days({ itemId, rows }: { itemId: string; rows: readonly AtpDay[] }) {
  const [first, last] = [rows[0], rows.at(-1)];
  return (
    <>
      {first && last && (
        <Chart
          kind="steps"
          label={`ATP and projected quantity by day: ATP is ${first.atp} on ${first.date} and ${last.atp} on ${last.date}.`}
          at={rows.map(({ date }) => Date.parse(date) / 1_000)}
          series={[
            { name: 'ATP', values: rows.map(({ atp }) => atp) },
            { name: 'projected', values: rows.map(({ projected }) => projected) },
          ]}
          format={formatNumber}
        />
      )}
      <DataTable
        caption={`Days on which something changes, ${itemId}`}
        columns={COLUMNS}
        rows={rows.filter(({ expected, demand }, index) => index === 0 || expected !== 0 || demand !== 0)}
        keyOf={({ date }) => date}
        empty="No day."
      />
    </>
  );
}

function utcDay(fromNow: number): string {
  return new Date(Date.now() + fromNow * DAY_MS).toISOString().slice(0, 10);
}
