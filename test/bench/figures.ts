/** One line of the table. `sample` is there where the sample-style function was measured beside the pipeline. */
export type Figure = {
  readonly workload: string;
  readonly figure: string;
  readonly unit: string;
  readonly pipeline: number;
  readonly sample?: number;
  readonly target?: Target;
};

/** What is wanted, and whether the figure reaches it. */
export type Target = { readonly wanted: string; readonly reached: boolean };

/** Makes the figures of one workload. */
export type ToFigure = (figure: string, unit: string, pipeline: number, target?: Target) => Figure;

export function figuresOf(workload: string): ToFigure {
  return (figure, unit, pipeline, target) => ({
    ...{ workload, figure, unit, pipeline },
    ...(target === undefined ? {} : { target }),
  });
}

/** The pipeline does at least `factor` times what the sample does. */
export function atLeastTimes(factor: number, pipeline: number, sample: number): Target {
  return { wanted: `≥ ${factor} × the sample`, reached: pipeline >= factor * sample };
}

/** The pipeline needs at most `factor` of what the sample needs. */
export function atMostTimes(factor: number, pipeline: number, sample: number): Target {
  return { wanted: `≤ ${factor} × the sample`, reached: pipeline <= factor * sample };
}

export function below(limit: number, unit: string, value: number): Target {
  return { wanted: `< ${formatNumber(limit)} ${unit}`, reached: value < limit };
}

export function atLeast(limit: number, unit: string, value: number): Target {
  return { wanted: `≥ ${formatNumber(limit)} ${unit}`, reached: value >= limit };
}

export function atMost(limit: number, unit: string, value: number): Target {
  return { wanted: `≤ ${formatNumber(limit)} ${unit}`, reached: value <= limit };
}

/** What must not happen at all. */
export function none(value: number): Target {
  return { wanted: 'none', reached: value === 0 };
}

/** The table as text: numbers to the right, a rule between workloads. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map(toCells);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const body = figures.flatMap(({ workload }, index) => {
    const isNext = figures[index - 1]?.workload !== workload;
    return [...(isNext ? [rule] : []), line(rows[index] ?? [])];
  });
  return [line(HEADER), ...body].join('\n');
}

const HEADER = ['workload', 'figure', 'unit', 'pipeline', 'sample', 'ratio', 'wanted', 'reached'];
/** Columns of numbers. */
const RIGHT = new Set([3, 4, 5]);

function toCells({ workload, figure, unit, pipeline, sample, target }: Figure): string[] {
  const ratio = sample === undefined || sample === 0 ? '' : `${formatNumber(pipeline / sample)} ×`;
  return [
    workload,
    figure,
    unit,
    formatNumber(pipeline),
    sample === undefined ? '' : formatNumber(sample),
    ratio,
    target?.wanted ?? '',
    target === undefined ? '' : target.reached ? 'yes' : 'NO',
  ];
}

/** Three significant digits below a hundred, whole numbers above, thousands apart. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toLocaleString('en-GB', { maximumSignificantDigits: 3 });
}
