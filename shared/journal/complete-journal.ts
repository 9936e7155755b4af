import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { WmsLedger } from '../ports/wms-ledger.ts';

export type CompletionPorts = { readonly journal: JournalStore; readonly ledger: WmsLedger };

export type CompletionReport = {
  /** Events that the journal holds. */
  journalled: number;
  /** Events that the WMS has published. */
  published: number;
  /** Of those, the journal has them, word for word. */
  present: number;
  missing: number;
  written: number;
  /** Journalled under the same name with another content; told, never overwritten. */
  different: number;
  /** Journalled, but not in the WMS's books: events of another sender. */
  unpublished: number;
  readonly examples: { readonly different: string[] };
};

const EXAMPLES = 20;

/**
 * Compares the journal with the WMS ledger and writes what is missing (again: a row written twice is one row). Holds a
 * few dozen bytes for each journalled event in memory, so that neither side has to come in the other's order.
 *
 * @throws {StoreUnavailable} when the journal does not answer
 */
export async function completeJournal(
  { journal, ledger }: CompletionPorts,
  options: {
    readonly warehouses: ReadonlySet<string>;
    /** A short name of any text, the same for the same text (a hash of 64 bits or more). */
    readonly digest: (text: string) => string;
    readonly onProgress?: (report: CompletionReport) => void;
  },
): Promise<CompletionReport> {
  const { warehouses, digest, onProgress } = options;
  const report = emptyReport();
  const known = new Map<string, string>();
  for await (const events of journal.readEvents(warehouses)) {
    for (const event of events) {
      const name = digest(nameOf(event));
      known.set(name, `${known.get(name) ?? ''} ${digest(canonicalJson(event))}`);
    }
    report.journalled = known.size;
    onProgress?.(report);
  }
  for await (const events of ledger.readEvents()) {
    const missing = events.filter((event) => compare(event, known, digest, report));
    await journal.append(missing.map((event) => ({ kind: 'event', event })));
    report.written += missing.length;
    onProgress?.(report);
  }
  report.unpublished = report.journalled - report.present - report.different;
  return report;
}

function emptyReport(): CompletionReport {
  return {
    journalled: 0,
    published: 0,
    present: 0,
    missing: 0,
    written: 0,
    different: 0,
    unpublished: 0,
    examples: { different: [] },
  };
}

/** True when the journal misses the event. */
function compare(
  event: InventoryEvent,
  known: ReadonlyMap<string, string>,
  digest: (text: string) => string,
  report: CompletionReport,
): boolean {
  const contents = known.get(digest(nameOf(event)));
  report.published += 1;
  if (contents === undefined) {
    report.missing += 1;
    return true;
  }
  if (contents.includes(digest(canonicalJson(event)))) {
    report.present += 1;
    return false;
  }
  report.different += 1;
  if (report.examples.different.length < EXAMPLES) report.examples.different.push(nameOf(event));
  return false;
}

/** What names a row of the journal: position, version and event id. */
function nameOf({ itemId, warehouseId, locationId, lotNumber, version, eventId }: InventoryEvent): string {
  return [warehouseId, itemId, locationId, lotNumber ?? '', version ?? '', eventId].join('|');
}

/** JSON that does not depend on the order of the fields. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
