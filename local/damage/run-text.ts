import type { LogComparison } from './compare-with-log.ts';
import type { Discrepancy, Run } from './reconciliation-runs.ts';

/** A run for a person, such as `reconciled WH-001…WH-008: 1,234 positions compared, 3 corrected (lost event 2, phantom 1), accuracy 99.76 %, in 0.9 s`. */
export function runText(run: Run, discrepancies: readonly Discrepancy[]): string {
  const { compared, corrected, inFlight, late, accuracy } = run.total;
  if (run.status === 'failed')
    return `reconciliation failed: ${run.problem?.detail ?? 'it does not say why'}`;
  const counts = countsOf(discrepancies.map((found) => found.class));
  const differed = discrepancies.length - corrected;
  const figures = [
    `${number(compared)} positions compared`,
    `${number(corrected)} corrected${differed > 0 ? ` and ${number(differed)} noted` : ''}${counts}`,
    ...(inFlight + late > 0 ? [`${number(inFlight + late)} on their way`] : []),
    ...(accuracy === null ? [] : [accuracyText(accuracy)]),
  ];
  return `${run.mode === 'full' ? 'swept' : 'reconciled'} ${warehousesOf(run)}: ${figures.join(', ')}, in ${secondsOf(run)}`;
}

/** Found, planted and false alarms by class, one line each, and what was amiss. */
export function comparisonLines(comparison: LogComparison): string[] {
  const { byClass, planted, found, falseAlarms, harmless, complaints } = comparison;
  const row = (cells: [string, string, string, string]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(12))).join(' ');
  return [
    row(['class', 'planted', 'found', 'false alarms']),
    ...byClass.map((figures) =>
      row([
        wordsOf(figures.class),
        number(figures.planted),
        number(figures.found),
        number(figures.falseAlarms),
      ]),
    ),
    row(['all', number(planted), number(found), number(falseAlarms)]),
    `Of ${number(harmless)} more, sent twice or late, nothing was to be found.`,
    ...complaints,
  ];
}

/** `lost-event` as a person reads it. */
export function wordsOf(name: string): string {
  return name.replaceAll('-', ' ');
}

/** A share (0 to 1) as `accuracy 99.76 %`; rounded down, so that 100 % is all of them. null: nothing was compared. */
export function accuracyText(accuracy: number | null): string {
  if (accuracy === null) return 'accuracy unknown';
  return `accuracy ${(Math.floor(accuracy * 10_000 + 1e-6) / 100).toFixed(2)} %`;
}

/** Such as ` (lost event 2, phantom 1)`; empty for none. */
function countsOf(classes: readonly string[]): string {
  const counts = [...Map.groupBy(classes, (name) => name)].map(
    ([name, all]) => `${wordsOf(name)} ${all.length}`,
  );
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}

function warehousesOf({ warehouses }: Run): string {
  const names = warehouses.map(({ warehouseId }) => warehouseId).sort();
  const [first, last] = [names.at(0), names.at(-1)];
  if (first === undefined || last === undefined) return 'nothing';
  return first === last ? first : `${first}…${last}`;
}

function secondsOf({ startedAt = '', endedAt = '' }: Run): string {
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000).toFixed(1)} s`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
