import type { HistoryCorrection, HistoryEntry } from '../../../../shared/contracts/history.ts';
import { formatChange, formatDuration, formatNumber, words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';
import { type Station, type Step, slowestOf, stepsOf } from './entry-times.ts';
import type { AnyEntry } from './read-history.ts';

/** What happened, where, when on each side, by whom, and what is to be said of it. */
export const ENTRY_COLUMNS: readonly Column<AnyEntry>[] = [
  timeColumn('Scan', 'scan'),
  timeColumn('WMS', 'wms'),
  timeColumn('Bus', 'bus'),
  timeColumn('Projection', 'projection'),
  {
    name: 'What',
    value: whatOf,
    show: (entry) =>
      isCorrection(entry) ? (
        <a href={addressOf(['reconciliation', 'runs', entry.runId])}>{whatOf(entry)}</a>
      ) : (
        whatOf(entry)
      ),
  },
  {
    name: 'Change',
    isNumber: true,
    value: changeOf,
    show: (entry) => {
      const change = changeOf(entry);
      return change === undefined || change === 0 ? '–' : formatChange(change);
    },
  },
  {
    name: 'On hand after',
    isNumber: true,
    value: onHandAfter,
    show: (entry) => <b>{formatNumber(onHandAfter(entry))}</b>,
  },
  { name: 'Note', isText: true, value: noteOf },
  { name: 'Location', value: ({ locationId }) => locationId },
  { name: 'Lot', value: ({ lotNumber }) => lotNumber },
  { name: 'Version', isNumber: true, value: ({ version }) => version },
  { name: 'By', value: (entry) => (isCorrection(entry) ? 'reconciliation' : entry.userId) },
  { name: 'Scanner', value: (entry) => (isCorrection(entry) ? undefined : entry.scannerId) },
  {
    name: 'Order',
    value: (entry) => (isCorrection(entry) ? undefined : entry.orderId),
    show: (entry) =>
      isCorrection(entry) || !entry.orderId ? (
        '–'
      ) : (
        <a href={addressOf(['orders', entry.orderId])}>{entry.orderId}</a>
      ),
  },
  {
    name: 'Event',
    value: (entry) => (isCorrection(entry) ? undefined : entry.eventId),
    show: (entry) =>
      isCorrection(entry) ? '–' : <a href={addressOf(['traces', entry.eventId])}>{entry.eventId}</a>,
  },
];

function isCorrection(entry: AnyEntry): entry is HistoryCorrection {
  return 'kind' in entry;
}

/** `InventoryCountStarted` is `count started`. */
function whatOf(entry: AnyEntry): string {
  if (isCorrection(entry)) return `correction (${words(entry.class)})`;
  return entry.eventType
    .replace(/^Inventory/, '')
    .replaceAll(/(?<=[a-z])[A-Z]/g, ' $&')
    .toLowerCase();
}

/** When it was at a station: by how long after the one before, so that the day is told only by the first. */
function timeColumn(name: string, station: Station): Column<AnyEntry> {
  const isHere = (step: Step) => step.station === station;
  return {
    name,
    value: (entry) => stepsOf(entry).find(isHere)?.at,
    show: (entry) => {
      const steps = stepsOf(entry);
      const { at, ms } = steps.find(isHere) ?? {};
      if (at === undefined || ms === undefined) return <When at={at} />;
      return (
        <time dateTime={at} title={at} class={slowestOf(steps) === station ? 'mark mark--wait' : undefined}>
          + {formatDuration(ms)}
        </time>
      );
    },
  };
}

function changeOf(entry: AnyEntry): number | undefined {
  if (!isCorrection(entry)) return entry.quantityChange;
  return (entry.wms?.onHand ?? 0) - (entry.found?.onHand ?? 0);
}

function onHandAfter(entry: AnyEntry): number {
  return isCorrection(entry) ? (entry.wms?.onHand ?? 0) : entry.resultingOnHand;
}

function noteOf(entry: AnyEntry): string {
  const notes = [entry.current && 'the figure stands on this', entry.superseded && 'does not count any more'];
  if (isCorrection(entry)) return notes.filter(Boolean).join('; ');
  return [...notes, ...eventNotes(entry)].filter(Boolean).join('; ');
}

function eventNotes(entry: HistoryEntry): (string | false | undefined)[] {
  const { voided, byCounterpart, scannedQuantity, otherPosition, expectedReceiptId, finding } = entry;
  return [
    voided && 'shut out by a correction',
    byCounterpart && 'told by the other side of the transfer',
    scannedQuantity !== undefined && `${formatNumber(scannedQuantity)} scanned`,
    otherPosition && `${entry.quantityChange < 0 ? 'to' : 'from'} ${otherPosition.locationId}`,
    expectedReceiptId && `receipt ${expectedReceiptId}`,
    finding && findingWords(finding),
  ];
}

function findingWords(finding: NonNullable<HistoryEntry['finding']>): string {
  if (finding.kind === 'gap') return `versions ${finding.missing.join(' to ')} before it are missing`;
  return `${words(finding.kind)}: expected ${finding.expected}, found ${finding.found}`;
}
