import type { Chance } from './chance.ts';
import type { World } from './world.ts';

/** What can go wrong, how often it is tried, and the probability that it happens then. */
export const FAULTS = {
  duplicate: { of: 'message sent', rate: 0.01, text: 'the bus carries it twice' },
  reorder: { of: 'message sent', rate: 0.02, text: 'it arrives up to 10 s after those that follow it' },
  delay: { of: 'message sent', rate: 0.002, text: 'it arrives up to 20 minutes late' },
  'delivery-lost': { of: 'batch delivered', rate: 0.01, text: 'nobody receives it until its lock ends' },
  'lock-lost': { of: 'batch delivered', rate: 0.01, text: 'it is delivered again while it is handled' },
  'bus-away': { of: 'send', rate: 0.01, text: 'the bus does not take it' },
  'send-answer-lost': { of: 'send', rate: 0.01, text: 'the bus takes it, the sender hears of a failure' },
  'crash-before-call': {
    of: 'call of a function',
    rate: 0.0005,
    text: 'its process ends before the call is made',
  },
  'crash-after-call': {
    of: 'call of a function',
    rate: 0.0005,
    text: 'its process ends before the answer comes',
  },
  throttled: { of: 'document asked for', rate: 0.005, text: 'Cosmos DB asks to come back (429)' },
  'store-away': { of: 'document asked for', rate: 0.002, text: 'Cosmos DB does not answer' },
  'stale-read': {
    of: 'document read',
    rate: 0.02,
    text: 'it is as it was before somebody else wrote, up to 2 s ago',
  },
  'answer-lost': { of: 'document asked for', rate: 0.005, text: 'the write is done, its answer is lost' },
  'conflict-storm': { of: 'document written', rate: 0.002, text: 'somebody else writes first, for 2 s' },
  'storage-away': { of: 'call of table or blob storage', rate: 0.005, text: 'it does not answer' },
  'activity-repeated': { of: 'activity', rate: 0.01, text: 'it is done twice, at the same time' },
  'hub-away': { of: 'call of the task hub', rate: 0.01, text: 'it does not answer, before or after' },
  deadlock: { of: 'booking', rate: 0.01, text: 'the WMS database ends the transaction; nothing is done' },
  'booking-answer-lost': { of: 'booking', rate: 0.01, text: 'it is committed, then the connection breaks' },
  'outbox-away': {
    of: 'call of the outbox, or of the recount tasks',
    rate: 0.003,
    text: 'the WMS database does not answer, before it or after',
  },
  'adapter-crash': {
    of: 'call of the adapter',
    rate: 0.001,
    text: 'the adapter ends before or after the call',
  },
  'wms-away': {
    of: 'crash of the adapter',
    rate: 0.2,
    text: 'it stays away for seconds, minutes or hours (6 at most)',
  },
  'line-cut': {
    of: 'sending of the adapter',
    rate: 0.001,
    text: 'the bus is out of its reach for seconds, minutes or hours (6 at most); the warehouse works on',
  },
  'booking-slow': {
    of: 'booking',
    rate: 0.001,
    text: 'another transaction blocks it for up to 3 minutes',
  },
  'upload-lost': { of: 'upload of a scanner', rate: 0.02, text: 'it never arrives' },
  'upload-answer-lost': { of: 'upload of a scanner', rate: 0.02, text: 'it is booked, its answer is lost' },
  'upload-slow': {
    of: 'upload of a scanner',
    rate: 0.02,
    text: 'it takes up to three minutes, longer than the scanner waits',
  },
  'upload-overtaken': {
    of: 'slow upload of a scanner',
    rate: 0.8,
    text: 'the WMS knows none of its workers for a while, and refuses what is sent again meanwhile',
  },
  offline: { of: 'turn of a scanner', rate: 0.002, text: 'it works offline for up to 8 hours' },
  'hall-dark': {
    of: 'look at the Wi-Fi of a warehouse',
    rate: 0.005,
    text: 'nobody there has any for up to 8 hours, then all upload at once',
  },
  'clock-jump': {
    of: 'turn of a scanner',
    rate: 0.005,
    text: 'its wall clock is set wrong by up to 3 hours',
  },
  restart: { of: 'turn of a scanner', rate: 0.002, text: 'its app ends, and begins anew on what it stored' },
  'scanner-crash': {
    of: 'scan, or call of a scanner',
    rate: 0.005,
    text: 'its app ends before the call or before the answer, and begins anew on what it stored',
  },
  'worker-barred': {
    of: 'turn of a scanner',
    rate: 0.01,
    text: 'the WMS does not know one of its workers for up to an hour, and refuses what is scanned',
  },
  poison: { of: 'turn of a scanner', rate: 0.002, text: 'a stranger sends what is no event' },
  'decided-elsewhere': {
    of: 'turn of a stranger',
    rate: 0.02,
    text: 'a warehouse that was not asked, and has nothing, decides on an allocation',
  },
  'wms-sql-away': {
    of: 'reading of the WMS by the cloud',
    rate: 0.005,
    text: "the WMS's database does not answer it",
  },
  'event-gone': { of: 'event of the WMS', rate: 0.01, text: 'it never arrives, at some or at all' },
  'event-falsified': { of: 'event of the WMS', rate: 0.008, text: 'it says other figures' },
  'event-invented': { of: 'event of the WMS', rate: 0.006, text: 'one comes that the WMS never wrote' },
  'decision-gone': { of: 'decision delivered', rate: 0.03, text: 'it is lost' },
  'document-edited': { of: 'turn of a vandal', rate: 0.3, text: 'positions or totals are edited' },
  'document-deleted': { of: 'turn of a vandal', rate: 0.08, text: 'a stock document is deleted' },
  restore: { of: 'turn of an administrator', rate: 0.2, text: 'the WMS goes back to a backup' },
  'hold-gone': { of: 'turn of a vandal', rate: 0.1, text: 'an order line is deleted' },
} as const;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** What the reconciliation has to find and put right; only some runs have it. */
export const DAMAGE_KINDS: ReadonlySet<FaultKind> = new Set([
  'event-gone',
  'event-falsified',
  'event-invented',
  'decision-gone',
  'document-edited',
  'document-deleted',
  'hold-gone',
]);

export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULTS, name);
}

export type Faults = {
  /** Whether the fault happens now. Counted. */
  happens(kind: FaultKind): boolean;
  /** From now on nothing goes wrong. */
  stop(): void;
  areOver(): boolean;
  /** How often each has happened. */
  counts(): Readonly<Partial<Record<FaultKind, number>>>;
};

/**
 * Faults of these kinds. How bad each is in this run is drawn from the seed, from a third of its rate to three times: a run
 * of many crashes and few duplicates finds what one of everything in the middle does not.
 */
export function faultsOf(world: World, kinds: readonly FaultKind[]): Faults {
  const rates = new Map(kinds.map((kind) => [kind, rateOf(kind, world.chance.stream(`fault ${kind}`))]));
  const counts: Partial<Record<FaultKind, number>> = {};
  let over = false;
  return {
    happens(kind) {
      const fault = over ? undefined : rates.get(kind);
      if (!fault?.chance.happens(fault.rate)) return false;
      counts[kind] = (counts[kind] ?? 0) + 1;
      return true;
    },
    stop: () => {
      over = true;
    },
    areOver: () => over,
    counts: () => counts,
  };
}

function rateOf(kind: FaultKind, chance: Chance): { chance: Chance; rate: number } {
  return { chance, rate: FAULTS[kind].rate * 3 ** (2 * chance.next() - 1) };
}
