import { useMemo } from 'preact/hooks';
import type { Accuracy } from '../../../../shared/contracts/reconciliation.ts';
import { countOf, formatShare } from '../formats.ts';
import { Chart } from '../parts/chart.tsx';
import { Notice } from '../parts/notice.tsx';

/** Accuracy of all warehouses together, a point for each run that compared anything. */
export function AccuracyChart({ accuracy: { points, truncated } }: { accuracy: Accuracy }) {
  const found = useMemo(() => points.filter(({ total }) => total.accuracy !== null), [points]);
  const at = useMemo(() => found.map(({ startedAt }) => Date.parse(startedAt) / 1_000), [found]);
  const series = useMemo(
    () => [{ name: 'accuracy', values: found.map(({ total }) => total.accuracy) }],
    [found],
  );
  const worst = Math.min(...found.map(({ total }) => total.accuracy ?? 1));
  const newest = found.at(-1)?.total.accuracy;
  if (found.length === 0 || newest === undefined || newest === null) {
    return <p class="empty">No run compared anything in this time.</p>;
  }
  return (
    <>
      {truncated && (
        <Notice kind="wait">There are more runs than one answer holds: the newest are left out.</Notice>
      )}
      <Chart
        kind="lines"
        label={`Accuracy of ${countOf(found.length, 'run')}: the newest ${formatShare(newest)}, the worst ${formatShare(worst)}.`}
        at={at}
        series={series}
        format={formatShare}
        range={[Math.max(0, worst - (1 - worst) * 0.2 - 0.002), 1 + (1 - worst) * 0.05 + 0.0005]}
      />
      <p class="about">
        {countOf(found.length, 'run')}; the newest {formatShare(newest)}, the worst {formatShare(worst)}.
      </p>
    </>
  );
}
