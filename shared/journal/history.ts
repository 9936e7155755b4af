import type { HistoryPosition, HistoryQuery, StockHistory } from '../contracts/history.ts';
import type { Correction } from '../domain/correction.ts';
import {
  explainPosition,
  missingVersions,
  type PositionHistory,
  type Statement,
  standsBefore,
  statementsOf,
} from '../domain/history.ts';
import { type Position, positionKey } from '../domain/position.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import { compareStock } from '../domain/rebuild.ts';
import { emptyStock, replacePositions, type StockKey } from '../domain/stock.ts';
import type { HistoryRange, JournalledEvent, JournalStore } from '../ports/journal-store.ts';
import type { StockReader, StockStore } from '../ports/stock-store.ts';
import { decodeCursor, encodeCursor, UnknownContinuation } from './history-cursor.ts';
import { correctionOf, entryOf } from './history-entry.ts';
import { projectionTimes } from './projection-times.ts';

export type HistoryPorts = {
  readonly journal: Pick<JournalStore, 'readHistory' | 'readCorrections' | 'readTimes'>;
  readonly reader: Pick<StockReader, 'readPairs'>;
  readonly stock: Pick<StockStore, 'readOverflow'>;
};

/** Transfers of the item looked through for what a position's own events do not say. */
const MAX_TRANSFERS = 5_000;

/**
 * Explains the figure of an item in a warehouse: the journalled events behind it, page by page, each judged by the one
 * before, and the one that the cloud's figure stands on, with the corrections between them. Undefined when neither cloud
 * nor journal know of it. Memory and time follow the page, not the history, but for the corrections, which are few.
 *
 * @throws {UnknownContinuation}
 * @throws {StoreUnavailable}
 */
export async function stockHistory(
  key: StockKey,
  query: HistoryQuery,
  ports: HistoryPorts,
): Promise<StockHistory | undefined> {
  const range = rangeOf(key, query);
  const [page, cloud, corrections] = await Promise.all([
    readPage(range, query, ports.journal),
    readCloud(range, ports),
    readCorrections(range, ports.journal),
  ]);
  const isEmpty = page.rows.length === 0 && page.last === undefined && corrections.length === 0;
  if (cloud === undefined && isEmpty) return undefined;
  const slice = await explainSlice(key, sliceOf(page, cloud?.positions ?? [], corrections), ports.journal);
  const statements = slice.flatMap(({ history }) => history.statements);
  const times = await projectionTimes(key, statements, cloud?.times ?? [], ports.journal);
  const last = page.rows.at(-1);
  const next = page.following && last && encodeCursor(last.key, slice.find(isCut)?.history.after);
  return {
    ...key,
    positions: positionsOf(key, slice, corrections),
    entries: slice.flatMap(({ history }) =>
      history.entries.map((entry) => ('event' in entry ? entryOf(entry, times) : correctionOf(entry))),
    ),
    ...(next !== undefined && { next }),
  };
}

function rangeOf(key: StockKey, { locationId, lotNumber }: HistoryQuery): HistoryRange {
  if (locationId === undefined) return key;
  return lotNumber === undefined
    ? { ...key, locationId }
    : { ...key, locationId, lotNumber: lotNumber === '' ? null : lotNumber };
}

/** The rows of a page, and where those before and after it stand. */
type JournalPage = {
  readonly rows: readonly JournalledEvent[];
  /** Where the page before ended. */
  readonly last?: { readonly place: Place; readonly held: Position | undefined };
  readonly following?: JournalledEvent | undefined;
};

type Place = Pick<Position, 'locationId' | 'lotNumber'>;

/** The last row of the page before is read again: it has to be there, or no page gave the continuation out. */
async function readPage(
  range: HistoryRange,
  { after, limit }: HistoryQuery,
  journal: HistoryPorts['journal'],
): Promise<JournalPage> {
  if (after === undefined) {
    const rows = await journal.readHistory(range, { limit: limit + 1 });
    return { rows: rows.slice(0, limit), following: rows[limit] };
  }
  const { key, held } = decodeCursor(after);
  const [last, ...rows] = await journal.readHistory(range, { from: key, limit: limit + 2 });
  if (last?.key !== key) throw new UnknownContinuation('No page of this history ended there.');
  const { locationId, lotNumber } = last.event;
  const place = { locationId, lotNumber };
  return {
    rows: rows.slice(0, limit),
    last: { place, held: held && { ...place, ...held } },
    following: rows[limit],
  };
}

/** What the cloud holds of a range: its positions, with those that rest, and the times of the latest events of the stock. */
type Cloud = { readonly positions: readonly Position[]; readonly times: readonly ProjectedTime[] };

/** Undefined when the cloud knows no such stock. */
async function readCloud(range: HistoryRange, { reader, stock }: HistoryPorts): Promise<Cloud | undefined> {
  const { itemId, warehouseId } = range;
  const key = { itemId, warehouseId };
  const [held] = await reader.readPairs([key]);
  if (held === undefined) return undefined;
  const resting = (held.overflowed ?? 0) > 0 ? (await stock.readOverflow(key)).overflow.positions : [];
  const positions = [...resting, ...held.positions].filter((position) => isWithin(range, position));
  return { positions, times: held.projectedTimes ?? [] };
}

/** The corrections of a range, those of a position by time. */
async function readCorrections(
  range: HistoryRange,
  journal: HistoryPorts['journal'],
): Promise<readonly Correction[]> {
  const { itemId, warehouseId } = range;
  const corrections = await journal.readCorrections({ itemId, warehouseId });
  return corrections.filter((correction) => isWithin(range, correction));
}

function isWithin({ locationId, lotNumber }: HistoryRange, place: Place): boolean {
  return (
    (locationId === undefined || place.locationId === locationId) &&
    (lotNumber === undefined || place.lotNumber === lotNumber)
  );
}

/** A position of a page. */
type Subject = Place & {
  readonly statements: readonly Statement[];
  readonly before: Position | undefined;
  readonly cloud: Position | undefined;
  /** Its corrections on the page, and the latest one on those before it. */
  readonly corrections: readonly Correction[];
  readonly taken: Correction | undefined;
  /** True when the next page has more of it. */
  readonly isCut: boolean;
};

type ExplainedSubject = Subject & { readonly history: PositionHistory };

/** The positions with rows on the page, and those without any that the cloud holds between them, up to the next page. */
function sliceOf(
  { rows, last, following }: JournalPage,
  cloud: readonly Position[],
  corrections: readonly Correction[],
): Subject[] {
  const continued = last && orderOf(last.place);
  const begin = last && orderOf(rows[0]?.event ?? last.place);
  const end = following && orderOf(following.event);
  const held = new Map(cloud.map((position) => [orderOf(position), position]));
  const between = [...held].filter(
    ([order]) => (begin === undefined || order > begin) && (end === undefined || order < end),
  );
  const first = last && rows[0]?.event;
  const isEarlier = (correction: Correction) => first !== undefined && comesBefore(correction, first);
  const isOnPage = (correction: Correction) =>
    !isEarlier(correction) && (following === undefined || comesBefore(correction, following.event));
  const corrected = Map.groupBy(corrections, orderOf);
  const places = new Map<string, Place>(between);
  for (const correction of corrections.filter(isOnPage)) places.set(orderOf(correction), correction);
  const statements = new Map<string, Statement[]>();
  for (const { event, takenAt } of rows) {
    const order = orderOf(event);
    places.set(order, event);
    statements.set(order, [...(statements.get(order) ?? []), ...statementsOf(event, takenAt).slice(0, 1)]);
  }
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([order, { locationId, lotNumber }]) => ({
      locationId,
      lotNumber,
      statements: statements.get(order) ?? [],
      before: order === continued ? last?.held : undefined,
      cloud: held.get(order),
      corrections: (corrected.get(order) ?? []).filter(isOnPage),
      taken: corrected.get(order)?.findLast(isEarlier),
      isCut: order === end,
    }));
}

/** True when a correction's place in the history of the item is before an event. */
function comesBefore(correction: Correction, event: JournalledEvent['event']): boolean {
  const [order, other] = [orderOf(correction), orderOf(event)];
  return order === other ? standsBefore(correction, event) : order < other;
}

/** Orders positions as the keys of the journal do, where a version follows the lot. */
function orderOf(place: Place): string {
  return `${positionKey(place)}|`;
}

/** Where versions are missing, the transfers of the item are asked: either event of a transfer tells both positions. */
async function explainSlice(
  key: StockKey,
  slice: readonly Subject[],
  journal: HistoryPorts['journal'],
): Promise<ExplainedSubject[]> {
  const explained: ExplainedSubject[] = [];
  for (const subject of slice) explained.push(await explainSubject(key, subject, journal));
  if (!explained.some((subject) => missingOf(subject).length > 0)) return explained;
  const transfers = await journal.readHistory(
    { ...key, eventType: 'InventoryTransfer' },
    { limit: MAX_TRANSFERS },
  );
  const told = Map.groupBy(
    transfers.flatMap(({ event, takenAt }) => statementsOf(event, takenAt).slice(1)),
    ({ update }) => orderOf(update),
  );
  return explained.map((subject) => {
    const missing = missingOf(subject);
    const more = (told.get(orderOf(subject)) ?? []).filter(({ update: { version } }) =>
      missing.some(([from, to]) => version !== null && from <= version && version <= to),
    );
    return more.length === 0 ? subject : withHistory(subject, [...subject.statements, ...more]);
  });
}

/** A position that goes on may have events without a version on a later page, from before it was numbered. */
async function explainSubject(
  { itemId, warehouseId }: StockKey,
  subject: Subject,
  journal: HistoryPorts['journal'],
): Promise<ExplainedSubject> {
  const explained = withHistory(subject, subject.statements);
  const isSound = explained.history.statements.every(({ finding }) => finding === undefined);
  const hasBefore = subject.before !== undefined || subject.taken !== undefined;
  if (isSound || !subject.isCut || hasBefore) return explained;
  const { locationId, lotNumber } = subject;
  const range = { itemId, warehouseId, locationId, lotNumber, unversioned: true } as const;
  const unversioned = await journal.readHistory(range, { limit: 1 });
  const { after: before } = explainPosition(unversioned.flatMap(({ event }) => statementsOf(event)));
  return before ? withHistory({ ...subject, before }, subject.statements) : explained;
}

function withHistory(subject: Subject, statements: readonly Statement[]): ExplainedSubject {
  return { ...subject, history: explainPosition(statements, subject) };
}

function missingOf(subject: ExplainedSubject): ReturnType<typeof missingVersions> {
  return missingVersions(subject.history, subject.isCut ? undefined : subject.cloud);
}

function isCut(subject: Subject): boolean {
  return subject.isCut;
}

/** The positions that end on the page, compared as the rebuild compares them. */
function positionsOf(
  key: StockKey,
  slice: readonly ExplainedSubject[],
  corrections: readonly Correction[],
): HistoryPosition[] {
  const ended = slice.filter((subject) => !subject.isCut);
  const stockOf = (positions: readonly (Position | undefined)[]) =>
    replacePositions(
      emptyStock(key),
      positions.filter((position) => position !== undefined),
      '',
    );
  const journal = stockOf(ended.map(({ history }) => history.after));
  const live = stockOf(ended.map(({ cloud }) => cloud));
  const differences = compareStock(journal, live, { corrections });
  const kinds = new Map(differences.map((difference) => [positionKey(difference), difference.kind]));
  return ended.map((subject) => {
    const { locationId, lotNumber, cloud, history } = subject;
    const difference = kinds.get(positionKey(subject));
    return {
      locationId,
      lotNumber,
      cloud: figuresOf(cloud),
      journal: figuresOf(history.after),
      ...(difference && { difference }),
    };
  });
}

function figuresOf(position: Position | undefined): HistoryPosition['cloud'] {
  return position === undefined ? null : { onHand: position.onHand, version: position.version ?? null };
}
