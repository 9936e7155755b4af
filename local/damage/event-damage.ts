import type { DatabaseSync } from 'node:sqlite';
import { bucketOf, uuidOf } from '../replay/hash.ts';
import type { CloudDocuments, CloudPosition } from './cloud-documents.ts';
import type { Damage, EventKind } from './damage-log.ts';
import type { TakenEvent, WmsEvent } from './outbox-tap.ts';
import { positionsOf } from './wms-file.ts';

/** What is to become of a taken event: what is sent in its place, and what is to be noted. */
export type Treatment = {
  /** undefined: nothing is done to it, it goes on as it is. */
  damage?: Damage;
  /** In its place, at once. */
  send: WmsEvent[];
  /** Milliseconds after which it is sent as it is. */
  later?: number;
};

export type TreatmentOptions = {
  wms: DatabaseSync;
  cloud: CloudDocuments;
  seed: number;
  kinds: readonly EventKind[];
  /** The longest delay in milliseconds. */
  delay: number;
};

/** Pieces by which a figure is falsified, at most. */
const LARGEST_ERROR = 9;
/** How far ahead of the WMS an event may run. */
const LARGEST_LEAP = 1_000;

/**
 * Decides by the seed what becomes of an event. Halves of a transfer and picks of an allocation are only doubled and
 * delayed: the other half would bring what was dropped, and what is lost of a pick shows in the promises as well.
 */
export async function treatmentOf(taken: TakenEvent, options: TreatmentOptions): Promise<Treatment> {
  const { event, sequence } = taken;
  const draw = (what: string, buckets: number) => bucketOf(`${options.seed}|${sequence}|${what}`, buckets);
  const isAlone = event.counterpart === undefined && event.allocationId === undefined;
  const kinds = options.kinds.filter((kind) => isAlone || kind === 'double' || kind === 'delay');
  const kind = kinds[draw('kind', kinds.length)];
  const asIs: Treatment = { send: [event] };
  if (kind === undefined) return asIs;
  switch (kind) {
    case 'drop':
      return { damage: lost(event, kind, 'The event never left.'), send: [] };
    case 'double':
      return { damage: harmless(event, kind, 'The event was sent twice.'), send: [event, event] };
    case 'delay': {
      const later = Math.round(options.delay * (0.3 + draw('delay', 700) / 1_000));
      return { damage: lost(event, kind, `The event left ${later} ms later.`), send: [], later };
    }
    case 'falsify': {
      if (!(await isNext(event, options))) return asIs;
      const falsified = falsify(event, draw);
      const detail = `Sent as ${textOf(falsified)}, not ${textOf(event)}.`;
      return { damage: { ...about(event, kind, detail), class: 'calculation-mismatch' }, send: [falsified] };
    }
    case 'invent':
      return elsewhere(event, uuidOf(`damage|${options.seed}|${sequence}`), draw);
    case 'run-ahead':
      return ahead(event, uuidOf(`damage|${options.seed}|${sequence}`), draw);
  }
}

function about(event: WmsEvent, kind: EventKind, detail: string): Omit<Damage, 'class'> {
  const { itemId, warehouseId, locationId, lotNumber, version } = event;
  return { kind, itemId, warehouseId, locationId, lotNumber, version, detail };
}

/** Until a later event of the position comes, the cloud does not know at all what began with the first. */
function lost(event: WmsEvent, kind: EventKind, detail: string): Damage {
  const damage = { ...about(event, kind, detail), class: 'lost-event' } as const;
  return event.version === 1 ? { ...damage, class: 'missing', classOnceMoved: 'lost-event' } : damage;
}

function harmless(event: WmsEvent, kind: EventKind, detail: string): Damage {
  return { ...about(event, kind, detail), class: null };
}

/**
 * True when the event is what the WMS says now and the next one for the cloud. Otherwise another version would replace
 * what is falsified before anybody can see it.
 */
async function isNext(event: WmsEvent, { wms, cloud }: TreatmentOptions): Promise<boolean> {
  const { itemId, warehouseId, version } = event;
  const held = (await cloud.stock(itemId, warehouseId))?.document.positions.find(isAt(event));
  const current = positionsOf(wms, itemId, warehouseId).find(isAt(event));
  return (held?.version ?? 0) === version - 1 && current?.version === version;
}

/** True for a position in the same place. */
export function isAt({ locationId, lotNumber }: Pick<CloudPosition, 'locationId' | 'lotNumber'>) {
  return (position: Pick<CloudPosition, 'locationId' | 'lotNumber'>): boolean =>
    position.locationId === locationId && position.lotNumber === lotNumber;
}

type Draw = (what: string, buckets: number) => number;

/** Another figure, another change, or both, so that the event seems sound. */
function falsify(event: WmsEvent, draw: Draw): WmsEvent {
  const error = 1 + draw('error', LARGEST_ERROR);
  const resultingOnHand = event.resultingOnHand + error;
  const quantityChange = event.quantityChange + error;
  switch (draw('figure', 3)) {
    case 0:
      return { ...event, resultingOnHand };
    case 1:
      return { ...event, quantityChange };
    default:
      return { ...event, quantityChange, resultingOnHand };
  }
}

/** An event of a place where nothing ever was, beside the true one. */
function elsewhere(event: WmsEvent, id: string, draw: Draw): Treatment {
  const pieces = 1 + draw('pieces', LARGEST_ERROR);
  const place = { locationId: `NOWHERE-${1 + draw('place', 9_999)}`, lotNumber: null };
  const figures = { version: 1, quantityChange: pieces, resultingOnHand: pieces };
  const invented = { ...unknownToWms(event, id), ...place, ...figures };
  const detail = `An event of ${pieces} pieces was sent that the WMS never wrote.`;
  const damage: Damage = { ...about(invented, 'invent', detail), version: null, class: 'phantom' };
  return { damage, send: [event, invented] };
}

/** An event of a state that the WMS never had, beside the true one. */
function ahead(event: WmsEvent, id: string, draw: Draw): Treatment {
  const version = event.version + 10 + draw('leap', LARGEST_LEAP);
  const quantityChange = 1 + draw('pieces', LARGEST_ERROR);
  const resultingOnHand = event.resultingOnHand + quantityChange;
  const invented = { ...unknownToWms(event, id), version, quantityChange, resultingOnHand };
  const detail = `An event was sent that the WMS never wrote: ${textOf(invented)} (version ${version}).`;
  return { damage: { ...about(event, 'run-ahead', detail), class: 'phantom' }, send: [event, invented] };
}

function unknownToWms(event: WmsEvent, id: string): WmsEvent {
  return { ...event, eventId: `evt-${id}`, transactionId: id, eventType: 'InventoryAdjustment' };
}

function textOf({ quantityChange, resultingOnHand }: WmsEvent): string {
  return `${quantityChange > 0 ? '+' : ''}${quantityChange} → ${resultingOnHand}`;
}
