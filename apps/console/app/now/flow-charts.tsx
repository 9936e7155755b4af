import { useMemo } from 'preact/hooks';
import type { Figures } from '../../../../shared/contracts/figures.ts';
import { countOf, formatDuration, formatNumber } from '../formats.ts';
import { Chart } from '../parts/chart.tsx';
import { Panel } from '../parts/panel.tsx';
import { flowOf } from './flow.ts';

/** How much passes through, and how fast. */
export function FlowCharts({ figures, minutes }: { figures: Figures; minutes: number }) {
  const { at, perSecond, p50, p99 } = useMemo(() => flowOf(figures, minutes), [figures, minutes]);
  const { events, scanned, offline, scannedLatency } = figures.total;
  if (events === 0) {
    return (
      <Panel title="Flow">
        <p class="empty">No event became visible in this time. Nothing was scanned, or nothing arrives.</p>
      </Panel>
    );
  }
  const latency = `half within ${inWords(scannedLatency.p50)}, 99 % within ${inWords(scannedLatency.p99)}`;
  return (
    <div class="columns">
      <Panel title="Events a second">
        <Chart
          kind="lines"
          label={`Events a second over time; ${countOf(events, 'event')} in all.`}
          at={at}
          series={[{ name: 'events a second', values: perSecond }]}
          format={(value) => formatNumber(Math.round(value * 10) / 10)}
        />
      </Panel>
      <Panel title="Scan to visible, over time">
        <Chart
          kind="lines"
          label={`From a scan to being visible, over time: ${latency}.`}
          at={at}
          series={[
            { name: 'half within (p50)', values: p50 },
            { name: '99 % within (p99)', values: p99 },
          ]}
          format={formatDuration}
        />
      </Panel>
      <Histogram figures={figures} label={`How long scans took to be visible: ${latency}.`}>
        {countOf(
          scanned.reduce((sum, count) => sum + count, 0),
          'online scan',
        )}
        ; {formatNumber(offline)} {offline === 1 ? 'event' : 'events'} waited on a scanner without a network
        and {offline === 1 ? 'is' : 'are'} not among them.
      </Histogram>
    </div>
  );
}

type HistogramProps = {
  readonly figures: Figures;
  readonly label: string;
  readonly children: preact.ComponentChildren;
};

/** Without the empty buckets at both ends. */
function Histogram({ figures: { bounds, total }, label, children }: HistogramProps) {
  const { scanned } = total;
  const first = Math.max(0, scanned.findIndex((count) => count > 0) - 1);
  const last = Math.max(first + 1, scanned.findLastIndex((count) => count > 0) + 1);
  const counts = scanned.slice(first, last + 1);
  const names = counts.map((_count, index) => {
    const bound = bounds[first + index];
    return bound === undefined ? 'longer' : shortDuration(bound);
  });
  return (
    <Panel title="Scan to visible, how often" about={children}>
      <Chart
        kind="bars"
        label={label}
        at={counts.map((_count, index) => index)}
        bars={names}
        series={[{ name: 'scans within', values: counts }]}
        format={formatNumber}
      />
    </Panel>
  );
}

function inWords(ms: number | null): string {
  return ms === null ? 'no time known' : formatDuration(ms);
}

/** Fits under a bar. */
function shortDuration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
}
