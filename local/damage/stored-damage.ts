import type { DatabaseSync } from 'node:sqlite';
import { bucketOf } from '../replay/hash.ts';
import type { CloudDocuments, StockDocument } from './cloud-documents.ts';
import type { Damage, StoredKind } from './damage-log.ts';
import { isAt } from './event-damage.ts';
import {
  deletePosition,
  deleteReservation,
  positionNear,
  positionsOf,
  reservationNear,
  rows,
  type WmsPosition,
  type WmsReservation,
} from './wms-file.ts';

export type StoredDamageOptions = {
  wms: DatabaseSync;
  cloud: CloudDocuments;
  seed: number;
  /** What is booked on a row after it was deleted is another position: it has to be one that has rested since then. */
  restingSince: Date;
  /** Items in warehouses that are left alone, by `itemId|warehouseId`. */
  isTaken: (itemId: string, warehouseId: string) => boolean;
};

/** Places looked at for one that can be damaged in a certain way. */
const TRIES = 40;
/** A document of more positions than this is not deleted. */
const LARGEST_DOCUMENT = 6;
const LARGEST_ERROR = 9;
const PLACES = 1_000_003;

type Draw = (what: string, buckets: number) => number;
type Place = { position: WmsPosition; document: StockDocument; etag: string; draw: Draw };

/**
 * Damages something that is stored, at a place that the seed and the number draw, and only where both sides agree. A
 * document is written under the condition that nobody else has written it meanwhile.
 * @returns what was done, or nothing when no such place was found
 */
export async function damageStored(
  kind: StoredKind,
  number: number,
  options: StoredDamageOptions,
): Promise<Damage[]> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const draw: Draw = (what, buckets) =>
      bucketOf(`${options.seed}|${kind}|${number}|${attempt}|${what}`, buckets);
    const done =
      kind === 'drop-hold' || kind === 'drop-reservation'
        ? await damageReservation(kind, draw, options)
        : await damagePosition(kind, draw, options);
    if (done.length > 0) return done;
  }
  return [];
}

async function damagePosition(
  kind: Exclude<StoredKind, 'drop-hold' | 'drop-reservation'>,
  draw: Draw,
  { wms, cloud, restingSince, isTaken }: StoredDamageOptions,
): Promise<Damage[]> {
  const position = positionNear(wms, draw('place', PLACES) / PLACES);
  if (!position || isTaken(position.itemId, position.warehouseId)) return [];
  const found = await cloud.stock(position.itemId, position.warehouseId);
  if (!found || !agrees(position, found.document)) return [];
  const place = { position, ...found, draw };
  switch (kind) {
    case 'edit-figure':
      return editFigure(place, cloud);
    case 'remove-position':
      return removePosition(place, cloud);
    case 'add-position':
      return addPosition(place, cloud);
    case 'delete-document':
      return deleteDocument(place, cloud, wms);
    case 'delete-row':
      return deleteRow(place, wms, restingSince);
  }
}

/** Both sides say the same of the position, nothing of the item is in the overflow document, and nothing is being counted. */
function agrees(position: WmsPosition, { positions, overflowed, counts }: StockDocument): boolean {
  const held = positions.find(isAt(position));
  const isSame = held?.version === position.version && held.onHand === position.onHand;
  return isSame && overflowed === undefined && counts === undefined;
}

async function editFigure(place: Place, cloud: CloudDocuments): Promise<Damage[]> {
  const { position, document, etag, draw } = place;
  const error = (1 + draw('error', LARGEST_ERROR)) * (draw('sign', 2) === 0 ? 1 : -1);
  const onHand = position.onHand + error < 0 ? position.onHand - error : position.onHand + error;
  const held = document.positions.map((held) => (isAt(position)(held) ? { ...held, onHand } : held));
  if (!(await cloud.replace(withPositions(document, held), etag))) return [];
  const detail = `The cloud's ${position.onHand} pieces were made ${onHand}.`;
  return [{ ...about(position, 'edit-figure', detail), class: 'calculation-mismatch' }];
}

async function removePosition({ position, document, etag }: Place, cloud: CloudDocuments): Promise<Damage[]> {
  const left = document.positions.filter((held) => !isAt(position)(held));
  if (!(await cloud.replace(withPositions(document, left), etag))) return [];
  return [forgotten(position, 'remove-position', "The position was taken out of the cloud's document.")];
}

async function addPosition(
  { position, document, etag, draw }: Place,
  cloud: CloudDocuments,
): Promise<Damage[]> {
  const onHand = 1 + draw('pieces', LARGEST_ERROR);
  const nowhere = { locationId: `NOWHERE-${1 + draw('nowhere', 9_999)}`, lotNumber: null };
  const added = { ...nowhere, onHand, version: 1, changedAt: new Date().toISOString() };
  if (!(await cloud.replace(withPositions(document, [...document.positions, added]), etag))) return [];
  const detail = `The cloud was given ${onHand} pieces in a place that the WMS does not know.`;
  return [{ ...about(position, 'add-position', detail), ...nowhere, version: null, class: 'phantom' }];
}

/** Only one without promises and planning, so that nothing but its positions is lost. */
async function deleteDocument(
  { position, document, etag }: Place,
  cloud: CloudDocuments,
  wms: DatabaseSync,
): Promise<Damage[]> {
  const { itemId, warehouseId, tentative, confirmed, picked, safetyStock, expectedReceipts, watched } =
    document;
  const all = positionsOf(wms, itemId, warehouseId);
  const isPlain = tentative + confirmed + picked + safetyStock === 0 && !expectedReceipts && !watched;
  const isWhole = all.length === document.positions.length && all.every((row) => agrees(row, document));
  if (!isPlain || !isWhole || all.length > LARGEST_DOCUMENT) return [];
  if (!(await cloud.remove(document, etag))) return [];
  const detail = `The cloud's document of ${position.itemId} in ${position.warehouseId} was deleted.`;
  return all.map((row) => ({ ...forgotten(row, 'delete-document', detail), bySweep: true }));
}

function deleteRow({ position }: Place, wms: DatabaseSync, restingSince: Date): Damage[] {
  const { positionId, onHand } = position;
  const [last] = rows<{ at: string | null }>(
    wms,
    'SELECT max(committed_at) AS at FROM movement JOIN ledger USING (ledger_id) WHERE position_id = ?',
    positionId,
  );
  const rests = Date.parse(last?.at ?? '') < restingSince.getTime();
  if (onHand === 0 || !rests || !deletePosition(wms, position)) return [];
  const detail = `The WMS's row of ${onHand} pieces was deleted, and what was booked on it.`;
  return [{ ...about(position, 'delete-row', detail), class: 'deleted', bySweep: true }];
}

async function damageReservation(
  kind: 'drop-hold' | 'drop-reservation',
  draw: Draw,
  { wms, cloud, isTaken }: StoredDamageOptions,
): Promise<Damage[]> {
  const reservation = reservationNear(wms, draw('place', PLACES) / PLACES);
  if (!reservation || isTaken(reservation.itemId, reservation.warehouseId)) return [];
  const { itemId, warehouseId, orderId, lineId, allocationId, reserved } = reservation;
  const line = await cloud.line(itemId, orderId, lineId);
  const stock = await cloud.stock(itemId, warehouseId);
  const [allocation, ...more] = line?.allocations ?? [];
  const isSame = allocation?.allocationId === allocationId && allocation.decided?.quantity === reserved;
  if (!line || !stock || !isSame || more.length > 0 || allocation.state !== 'decided') return [];
  if (kind === 'drop-reservation') return dropReservation(reservation, wms);
  // As the product writes them: the line and the total that it is part of go together.
  const { confirmed, version } = stock.document;
  const without = { ...stock.document, confirmed: confirmed - reserved, version: version + 1 };
  if (!(await cloud.removeLine(line, { ...stock, document: without }))) return [];
  const detail = `The cloud's line ${orderId} ${lineId} and its ${reserved} promised pieces were deleted.`;
  return [{ ...aboutReservation(reservation, kind, detail), class: 'reservation-without-hold' }];
}

function dropReservation(reservation: WmsReservation, wms: DatabaseSync): Damage[] {
  if (!deleteReservation(wms, reservation)) return [];
  const detail = `The WMS's reservation of ${reservation.reserved} pieces was deleted.`;
  const damage = aboutReservation(reservation, 'drop-reservation', detail);
  return [{ ...damage, class: 'hold-without-reservation' }];
}

function withPositions(document: StockDocument, positions: StockDocument['positions']): StockDocument {
  return { ...document, positions, onHand: positions.reduce((sum, { onHand }) => sum + onHand, 0) };
}

function about(
  { itemId, warehouseId, locationId, lotNumber, version }: WmsPosition,
  kind: StoredKind,
  detail: string,
): Omit<Damage, 'class'> {
  return { kind, itemId, warehouseId, locationId, lotNumber, version, detail };
}

/** The next event of the position makes it known again, with a gap before it. */
function forgotten(position: WmsPosition, kind: StoredKind, detail: string): Damage {
  return { ...about(position, kind, detail), class: 'missing', classOnceMoved: 'lost-event' };
}

function aboutReservation(
  { itemId, warehouseId, allocationId }: WmsReservation,
  kind: StoredKind,
  detail: string,
): Omit<Damage, 'class'> {
  const nowhere = { locationId: null, lotNumber: null, version: null };
  return { kind, itemId, warehouseId, ...nowhere, allocationId, detail };
}
