import type { ParkedPlace, ParkedRow, ParkedRows } from './parked-rows.ts';
import type { SourceRow } from './source.ts';

/** Which parked rows are read again: those with these ids, or all, from the one after `after` on. */
export type ReplayRequest =
  | { readonly ids: readonly string[] }
  | { readonly after?: ParkedPlace | undefined };

/** What became of parked rows that were read again. */
export interface ReplayReport {
  /** Sent, and off the list. */
  readonly replayed: number;
  /** Still at fault. */
  readonly stillParked: number;
  /** No longer in the source, and off the list. */
  readonly gone: number;
  /** Ids that no parked row has. */
  readonly unknown: string[];
  /** Where the time was up: the id after which the next call goes on. */
  readonly next?: string;
}

export interface ReplayOptions {
  readonly parked: ParkedRows;
  /** Reads the rows that have these numbers now, sends what can be sent of them and parks the others. Answers what it read. */
  readAgain(numbers: readonly bigint[]): Promise<SourceRow[]>;
  /** Takes rows that are no longer in the source off the list. */
  drop(gone: readonly ParkedRow[]): void;
  readonly now: () => Date;
}

/** A call goes on for so long at most, milliseconds. */
const BUDGET_MS = 30_000;
/** So many rows at a time; between them the reader goes on. */
const AT_ONCE = 100;

/** Reads parked rows again by their numbers, in the order of the list. @throws what `readAgain` throws */
export async function replayParked(request: ReplayRequest, options: ReplayOptions): Promise<ReplayReport> {
  const { parked, readAgain, drop, now } = options;
  const deadline = now().getTime() + BUDGET_MS;
  const unknown = 'ids' in request ? request.ids.filter((id) => parked.get(id) === undefined) : [];
  const report = { replayed: 0, stillParked: 0, gone: 0, unknown };
  let last: ParkedRow | undefined;
  for (const rows of chunksOf(request, parked)) {
    if (last !== undefined && now().getTime() > deadline) return { ...report, next: last.id };
    const found = await readAgain([...new Set(rows.map(({ number }) => number))]);
    const there = new Set(found.map(({ number }) => number));
    const gone = rows.filter(({ number }) => !there.has(number));
    drop(gone);
    const still = rows.filter(({ id }) => parked.get(id) !== undefined).length;
    report.gone += gone.length;
    report.stillParked += still;
    report.replayed += rows.length - gone.length - still;
    last = rows.at(-1);
  }
  return report;
}

function* chunksOf(request: ReplayRequest, parked: ParkedRows): Generator<ParkedRow[]> {
  if ('ids' in request) {
    const rows = [...new Set(request.ids)].flatMap((id) => parked.get(id) ?? []);
    for (let first = 0; first < rows.length; first += AT_ONCE) yield rows.slice(first, first + AT_ONCE);
    return;
  }
  let rows = parked.list(request.after, AT_ONCE);
  while (rows.length > 0) {
    yield rows;
    rows = parked.list(rows.at(-1), AT_ONCE);
  }
}
