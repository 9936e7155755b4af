import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type { PositionDifference } from '../../../shared/domain/rebuild.ts';
import type { StockKey } from '../../../shared/domain/stock.ts';
import { rebuild } from '../../../shared/journal/rebuild.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import type { SimulatedBus } from '../bus/service-bus.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { LoggedDamage } from '../damage/damage-log.ts';
import { SHELVES, WAREHOUSES } from '../layout.ts';
import { Violation } from './violation.ts';
import type { WatchedBooks } from './wms-books.ts';

export type AtRest = {
  readonly books: WatchedBooks;
  readonly cloud: Cloud;
  readonly bus: SimulatedBus;
  /** Scans that were answered as booked, in lower case. */
  readonly booked: ReadonlySet<string>;
  /** Messages of strangers that the bus took. */
  readonly poison: ReadonlySet<string>;
  /** What the journal heard of may have been corrected before it did. */
  readonly isJournalLate: boolean;
  /** Scans that a restore of the WMS took away, in lower case. */
  readonly lost: ReadonlySet<string>;
  /** What was damaged on purpose; of a sound run nothing. */
  readonly damages: readonly LoggedDamage[];
};

/**
 * What must hold when nothing is on its way any more, and the faults are over.
 *
 * @throws {Violation}
 */
export async function checkAtRest(parts: AtRest): Promise<void> {
  checkLedger(parts);
  checkPositions(parts);
  await checkJournal(parts);
  checkQuarantine(parts);
}

function checkLedger({ books, booked, lost }: AtRest): void {
  for (const id of booked)
    if (!books.transactions.has(id) && !lost.has(id))
      throw new Violation('A scan that was answered is in the ledger', `${id} is not`, [id]);
  for (const id of books.transactions)
    if (!booked.has(id))
      throw new Violation('A scan in the ledger was answered', `${id} never was, or not as booked`, [id]);
}

/**
 * Positions = WMS.
 *
 * @param isMeant whether an item in a warehouse is to be looked at
 * @throws {Violation}
 */
export function checkPositions(
  { books, cloud }: Pick<AtRest, 'books' | 'cloud'>,
  isMeant: (key: StockKey) => boolean = () => true,
): void {
  const pairs = new Map(
    SHELVES.map(({ itemId, warehouseId }) => [`${itemId}|${warehouseId}`, { itemId, warehouseId }]),
  );
  const seen = new Set<string>();
  for (const key of pairs.values()) {
    if (!isMeant(key)) continue;
    const stock = cloud.stock.stock(key);
    const resting = cloud.stock.overflow(key)?.positions ?? [];
    for (const position of [...(stock?.positions ?? []), ...resting]) {
      const name = positionKeyText({ ...key, ...position });
      // Nothing at a place that the WMS does not know is as good as no such place.
      if (position.onHand === 0 && !books.positions.has(name)) continue;
      seen.add(name);
      const { onHand = [] } = books.positions.get(name) ?? {};
      if (position.version !== onHand.length || position.onHand !== onHand.at(-1))
        throw new Violation(
          'Positions are those of the WMS once it is quiet',
          `${name} has ${position.onHand} pieces at version ${position.version}, the WMS ${onHand.at(-1)} at ${onHand.length}`,
          [key.itemId],
        );
    }
    if (stock && stock.openFindings > 0)
      throw new Violation(
        'Nothing is open once every event has come',
        `${key.itemId} in ${key.warehouseId}: ${JSON.stringify({ findings: stock.findings, gaps: stock.positions.filter(({ missing }) => missing) })}`,
        [key.itemId],
      );
  }
  for (const [name, { key }] of books.positions)
    if (!seen.has(name) && isMeant(key))
      throw new Violation('The cloud knows every position of the WMS once it is quiet', `not ${name}`, [
        key.itemId,
      ]);
}

/** Positions = fold of the journal with its corrections. Where nothing was damaged it holds every event of the WMS, and none else. */
async function checkJournal({ books, cloud, damages, isJournalLate }: AtRest): Promise<void> {
  if (isJournalLate) return;
  const warehouses = new Set<string>(WAREHOUSES);
  const { store, sweep } = cloud.stock;
  const ports = { journal: cloud.journal, stock: store, sweep, runtime: WITHOUT_TIME };
  const { different, wrongTotals, examples } = await rebuild(ports, { warehouses, repair: false });
  const differences = examples.differences.filter((one) => !isInvented(one, damages));
  const [difference] = differences;
  const excused = examples.differences.length - differences.length;
  if (different - excused + wrongTotals > 0)
    throw new Violation(
      'Positions are the fold of the journal with its corrections',
      `${different} are not, ${wrongTotals} totals are wrong: ${JSON.stringify(difference)}`,
      [difference?.itemId ?? ''],
    );
  if (damages.length > 0) return;
  const kept = new Set<string>();
  for await (const page of cloud.journal.readEvents(warehouses)) {
    for (const { eventId } of page) {
      if (kept.has(eventId))
        throw new Violation('An event is in the journal once', `${eventId} is twice`, [eventId]);
      if (!books.events.has(eventId))
        throw new Violation('The journal holds events of the WMS only', `${eventId} is none`, [eventId]);
      kept.add(eventId);
    }
  }
  for (const [eventId, { itemId }] of books.events)
    if (!kept.has(eventId))
      throw new Violation('Every event is in the journal', `${eventId} is not`, [eventId, itemId]);
}

/** An event that the WMS never booked, and that comes to the journal after its position was corrected, is not shut out there. */
function isInvented(
  { itemId, warehouseId, locationId, lotNumber, journal }: PositionDifference,
  damages: AtRest['damages'],
): boolean {
  const name = positionKeyText({ itemId, warehouseId, locationId, lotNumber });
  return damages.some(({ kind, place, held, ...key }) => {
    if (kind !== 'event-invented' && kind !== 'event-falsified') return false;
    const isSame = held?.version === journal?.version && held?.onHand === journal?.onHand;
    return isSame && place !== null && positionKeyText({ ...key, ...place }) === name;
  });
}

/** Nothing has to be waited for any more. */
const WITHOUT_TIME: Runtime = {
  now: () => 0,
  random: () => 0,
  sleep: async () => {},
  within: (work) => work,
};

/** What was sent is applied, parked or dead-lettered: nothing else was parked but what is no event, and each once. */
function checkQuarantine({ cloud, poison, bus, damages }: AtRest): void {
  const gone = damages.flatMap(({ kind, allocationId }) =>
    kind === 'hold-gone' ? [`${allocationId}|`] : [],
  );
  const parked = cloud.quarantine.parked().map(({ message }) => message.messageId.replace(/#\d+$/, ''));
  const found = new Set(parked);
  // What the WMS decides on a line that was deleted belongs to none.
  for (const id of found)
    if (!poison.has(id) && !gone.some((start) => id.startsWith(start)))
      throw new Violation('Only what is no event is parked', id, [id]);
  for (const id of poison)
    if (!found.has(id)) throw new Violation('What is no event is parked', `${id} is not`, [id]);
  if (bus.dead.length > 0)
    throw new Violation(
      'Nothing stays dead-lettered that is sound',
      `${bus.dead.length} messages, the first: ${bus.dead[0]?.message.messageId} of ${bus.dead[0]?.place}`,
      [String(bus.dead[0]?.message.messageId)],
    );
}
