import type { Discrepancy, ReconciliationFigures, Run } from '../../../shared/contracts/reconciliation.ts';
import { count, percent, tableLines } from '../table.ts';

/** Discrepancies shown to a person. */
export const SHOWN = 20;

/** How far a run is, in one line. */
export function progressText({ runId, status, warehouses }: Run): string {
  if (status === 'queued') return `${runId} is queued`;
  const each = warehouses.map(
    ({ warehouseId, compared, corrected }) =>
      `${warehouseId} ${count(compared)} (${count(corrected)} corrected)`,
  );
  return each.length === 0 ? `${runId} has begun` : `compared: ${each.join(', ')}`;
}

/** How a run ended and what it found, line by line. `more`: it found more than these. */
export function reportLines(
  run: Run,
  { discrepancies, more }: { readonly discrepancies: readonly Discrepancy[]; readonly more: boolean },
): string[] {
  const rows = [
    HEADER,
    ...run.warehouses
      .filter(isTouched)
      .map((figures) => [figures.warehouseId, ...cells(figures), seconds(figures.durationMs)]),
    ['all', ...cells(run.total), seconds(lengthOf(run))],
  ];
  return [
    `Run ${run.runId} (${run.mode}) ${run.status}${run.problem ? `: ${run.problem.detail}` : '.'}`,
    ...tableLines(rows),
    ...run.notes.map((note) => `Note: ${note}`),
    ...(discrepancies.length === 0 ? ['No discrepancies.'] : ['Discrepancies:']),
    ...discrepancies.map((one) => `  ${describe(one)}`),
    ...(more ? [`  … and more: GET /api/reconciliation/runs/${run.runId}/discrepancies`] : []),
  ];
}

/** Most warehouses have nothing to compare in a run that looks at what changed. */
function isTouched({ compared, reservations }: ReconciliationFigures): boolean {
  return compared > 0 || reservations > 0;
}

const HEADER = [
  ...['warehouse', 'compared', 'agreeing', 'corrected', 'uncorrected', 'reservations', 'in flight', 'late'],
  ...['pieces off', 'value off', 'accuracy', 'seconds'],
];

function cells(figures: ReconciliationFigures): string[] {
  const { compared, agreeing, corrected, uncorrected, reservations, inFlight, late, piecesOff } = figures;
  const { valueOff, accuracy } = figures;
  return [
    ...[compared, agreeing, corrected, uncorrected, reservations, inFlight, late, piecesOff].map(count),
    valueOff.toFixed(2),
    percent(accuracy),
  ];
}

function describe(discrepancy: Discrepancy): string {
  const { itemId, warehouseId, locationId, lotNumber, allocationId, expected, found, action } = discrepancy;
  const place = [locationId ?? allocationId, lotNumber === null ? undefined : `lot ${lotNumber}`];
  const where = [itemId, warehouseId, ...place].filter((part) => part !== undefined).join(' ');
  const isUntold = expected === null && discrepancy.class === 'unknown' && action === 'none';
  const sides = `WMS ${isUntold ? 'cannot be told' : side(expected)}, cloud ${side(found)}`;
  return `${discrepancy.class}: ${where}: ${sides}; ${action.replaceAll('-', ' ')}. ${discrepancy.detail}`;
}

function side(figure: Discrepancy['expected']): string {
  if (figure === null) return 'knows nothing';
  const version = figure.version === null ? '' : ` (version ${figure.version})`;
  return `${count(figure.onHand)} pieces${version}`;
}

function lengthOf({ startedAt, endedAt }: Run): number {
  return startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : 0;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
