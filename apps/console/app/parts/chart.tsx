import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatTime } from '../formats.ts';
import { isDark } from '../theme.ts';
import { valueRange } from './value-range.ts';

export type Series = {
  readonly name: string;
  readonly values: readonly (number | null)[];
};

type Props = {
  /** What is to be seen, for who does not see it. */
  readonly label: string;
  readonly series: readonly Series[];
  /** Places on the x axis: seconds since 1970 of a `time`, beginnings of days in UTC of `steps`, numbers of bars. */
  readonly at: readonly number[];
  readonly format: (value: number) => string;
  /** `steps`: day by day. */
  readonly kind: 'lines' | 'steps' | 'bars';
  /** Names of the bars. */
  readonly bars?: readonly string[];
  readonly height?: number;
  /** Ends of the y axis where the values alone would not show them well. */
  readonly range?: readonly [number, number];
};

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

/** Values over time, or counts by bucket. What the pointer is on, or else the newest, is told below. */
export function Chart(props: Props) {
  const { label, series, at, format, kind, bars, height = 180 } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [cursor, setCursor] = useState<number>();
  const shape = `${kind} ${height} ${series.map(({ name }) => name).join(' ')}`;
  const latest = useRef(props);
  latest.current = props;
  const dark = isDark.value;
  // What is drawn is read when it is drawn: only another shape needs another plot.
  useEffect(() => {
    if (!host.current) return;
    const made = new uPlot(optionsOf(latest, setCursor), dataOf(latest.current), host.current);
    plot.current = made;
    const resized = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) made.setSize({ width: entry.contentRect.width, height });
    });
    resized.observe(host.current);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(dataOf({ at, series })), [at, series]);
  // Colours are read when it is drawn.
  useEffect(() => plot.current?.redraw(false), [dark]);
  const index = cursor ?? lastIndex(series);
  return (
    <figure class="chart">
      <div ref={host} role="img" aria-label={label} />
      <figcaption>
        {series.map(({ name, values }, number) => {
          const value = values[index];
          return (
            <span key={name} class="legend">
              <span class={`key key--${number + 1}`} aria-hidden="true" /> {name}{' '}
              {kind !== 'bars' && <b>{value === null || value === undefined ? '–' : format(value)}</b>}
            </span>
          );
        })}
        {kind === 'bars' && cursor !== undefined && (
          <span class="legend">
            {bars?.[cursor]}: <b>{format(series[0]?.values[cursor] ?? 0)}</b>
          </span>
        )}
        {kind !== 'bars' && cursor !== undefined && at[cursor] !== undefined && (
          <span class="soft">{whenOf(kind, at[cursor])}</span>
        )}
      </figcaption>
    </figure>
  );
}

function lastIndex(series: readonly Series[]): number {
  return Math.max(0, ...series.map(({ values }) => values.findLastIndex((value) => value !== null)));
}

function dataOf({ at, series }: Pick<Props, 'at' | 'series'>): uPlot.AlignedData {
  return [[...at], ...series.map(({ values }) => [...values])];
}

function optionsOf(
  latest: { readonly current: Props },
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const { kind, series, height = 180 } = latest.current;
  const isBars = kind === 'bars';
  const axis = { stroke: () => colour('--ink-soft'), font: '12px system-ui', ticks: { show: false } };
  const grid = { stroke: () => colour('--line'), width: 1 };
  return {
    ...{ width: 400, height, padding: [8, 22, 0, 0] },
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: !isBars }, y: false },
    // A day of UTC is not one of wherever somebody looks.
    ...(kind === 'steps' && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'UTC') }),
    scales: {
      x: { time: !isBars, ...(isBars && { range: (_plot, low, high) => [low - 0.6, high + 0.6] }) },
      y: { range: (_plot, low, high) => [...(latest.current.range ?? valueRange(low, high))] },
    },
    series: [
      {},
      ...series.map(({ name }, index) => {
        const paint = () => colour(COLOURS[index % COLOURS.length] ?? '');
        const paths = pathsOf(kind);
        return {
          ...{ label: name, stroke: paint, width: isBars ? 0 : 2, ...(isBars && { fill: paint }) },
          // The first is seen where another runs on it.
          ...(kind === 'steps' && index > 0 && { dash: [7, 5] }),
          ...{ points: { show: false }, spanGaps: !isBars, ...(paths && { paths }) },
        };
      }),
    ],
    axes: [
      { ...axis, size: 32, grid: { show: false }, ...placesOf(latest) },
      { ...axis, grid, size: 60, values: (_plot, at) => at.map((value) => latest.current.format(value)) },
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onCursor(idx ?? undefined)] },
  };
}

/** What stands below the x axis, and how far apart. */
function placesOf(latest: { readonly current: Props }): Pick<uPlot.Axis, 'values' | 'incrs'> {
  switch (latest.current.kind) {
    case 'bars':
      return {
        values: (_plot, at) => at.map((place) => latest.current.bars?.[place] ?? ''),
        incrs: [1, 2, 3, 4, 6],
      };
    case 'steps':
      return { values: daysOf, incrs: [1, 2, 7, 14, 30, 90].map((days) => days * 86_400) };
    case 'lines':
      return { values: timesOf };
  }
}

function pathsOf(kind: Props['kind']): uPlot.Series.PathBuilder | undefined {
  if (kind === 'bars') return uPlot.paths.bars?.({ size: [0.85, 60] });
  if (kind === 'steps') return uPlot.paths.stepped?.({ align: 1 });
  return undefined;
}

/** What the pointer is on: a day as the tables write it, or a time. */
function whenOf(kind: Props['kind'], seconds: number): string {
  const iso = new Date(seconds * 1_000).toISOString();
  return kind === 'steps' ? iso.slice(0, 10) : formatTime(iso);
}

const DAY = { month: 'short', day: 'numeric' } as const;

function daysOf(_plot: uPlot, at: number[]): string[] {
  return at.map((seconds) =>
    new Date(seconds * 1_000).toLocaleDateString(undefined, { ...DAY, timeZone: 'UTC' }),
  );
}

/** Times as they are written in Europe; the day where the step is a day or more. */
function timesOf(_plot: uPlot, at: number[], _axis: number, _space: number, step: number): string[] {
  return at.map((seconds) => {
    const date = new Date(seconds * 1_000);
    if (step >= 86_400) return date.toLocaleDateString(undefined, DAY);
    return date.toLocaleTimeString(undefined, {
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      ...(step < 60 && { second: '2-digit' }),
    });
  });
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
