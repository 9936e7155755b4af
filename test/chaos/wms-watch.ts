import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { WmsUnavailable } from '../../shared/ports/wms-sql.ts';
import { readFileOnce } from '../../shared/wms-sqlite/read-only-file.ts';
import { type Checked, countText, findingAbout } from './checks/finding.ts';

/** Looks into the WMS's own database every few seconds, past the adapter and read-only, while faults hit the stack. */
export type WmsWatch = {
  /** What was reserved beyond stock at any look. */
  checked: () => Checked;
  /** The numbers of events that may not have been in the journal at an instant, and were committed before another. */
  underWay: (since: number, until: number) => Range;
  stop: () => Promise<void>;
};

/** Numbers of events: above `after`, up to `upTo`. */
export type Range = { readonly after: number; readonly upTo: number };

/** What one look saw. */
export type Look = {
  /** When the database was read, and after that the bus. Milliseconds since 1970, by the machine's clock. */
  readonly at: number;
  readonly askedAt: number;
  /** The number of the newest event, and of the oldest that the bus does not have: one above `committed` when it has all. */
  readonly committed: number;
  readonly unsent: number;
  /** When the bus took the oldest message that waits for the journal; undefined: none waits; null: the bus did not say. */
  readonly journalWaitsSince: number | undefined | null;
  readonly oversold: readonly Oversold[];
};

/** An item in a warehouse of which more is reserved, and not picked, than is on hand. Pieces. */
type Oversold = z.infer<typeof oversoldSchema>;
const oversoldSchema = z.object({
  itemId: z.string(),
  warehouseId: z.string(),
  open: z.int(),
  onHand: z.int(),
});
const outboxSchema = z.object({ committed: z.int(), unsent: z.int() });

const LOOK_EVERY = 3_000;

/** From positions and reservations themselves: the adapter keeps sums of both beside them, which this is not to trust. */
const OVERSOLD = `
  SELECT item_id AS itemId, warehouse_id AS warehouseId, open, onHand FROM (
    SELECT item_id, warehouse_id, sum(reserved - picked) AS open,
      (SELECT coalesce(sum(on_hand), 0) FROM position
        WHERE position.item_id = allocation.item_id AND position.warehouse_id = allocation.warehouse_id) AS onHand
    FROM allocation WHERE reserved > picked GROUP BY item_id, warehouse_id)
  WHERE open > onHand`;
const OUTBOX = `
  SELECT committed, coalesce((SELECT min(sequence) FROM outbox), committed + 1) AS unsent
  FROM (SELECT coalesce(max(sequence), 0) AS committed FROM event)`;

/**
 * @param file the SQLite file of the WMS
 * @param journalWaitsSince asks the bus, see {@link Look}
 */
export function watchWms(
  file: string,
  journalWaitsSince: () => Promise<Look['journalWaitsSince']>,
): WmsWatch {
  const looks: Look[] = [];
  let missed = 0;
  const over = new AbortController();

  async function look(): Promise<void> {
    try {
      const read = await readFileOnce(file, lookInto);
      const waitsSince = await journalWaitsSince();
      looks.push({ ...read, journalWaitsSince: waitsSince, askedAt: Date.now() });
    } catch (error) {
      // The disk may be full, and the file locked while its process starts.
      if (!(error instanceof WmsUnavailable)) throw error;
      missed += 1;
    }
  }

  const looking = (async () => {
    while (!over.signal.aborted) {
      await look();
      await sleep(LOOK_EVERY, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  // Whoever stops it hears of it.
  looking.catch(() => undefined);
  return {
    checked: () => checkedOf(looks, missed),
    underWay: (since, until) => underWayOf(looks, since, until),
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}

function lookInto(file: DatabaseSync): Omit<Look, 'journalWaitsSince' | 'askedAt'> {
  const oversold = z.array(oversoldSchema).parse(file.prepare(OVERSOLD).all());
  return { at: Date.now(), ...outboxSchema.parse(file.prepare(OUTBOX).get()), oversold };
}

function checkedOf(looks: readonly Look[], missed: number): Checked {
  const names = new Map<string, string>();
  for (const { at, oversold } of looks)
    for (const { itemId, warehouseId, open, onHand } of oversold) {
      const name = `${itemId} in ${warehouseId}`;
      if (!names.has(name))
        names.set(name, `${name}: ${open} of ${onHand} pieces at ${new Date(at).toISOString()}`);
    }
  const findings = findingAbout('oversold', 'the WMS reserved more than it had while faults hit it', [
    ...names.values(),
  ]);
  if (looks.length === 0)
    return {
      findings: findingAbout('wrong', "looks into the WMS's database", [
        `none of ${countText(missed)} could read it`,
      ]),
      seen: [],
    };
  const open = missed === 0 ? '' : ` (${countText(missed)} looks found its file not to be read)`;
  const seen = `${countText(looks.length)} looks into the WMS's database under the faults${open}`;
  return { findings, seen: findings.length > 0 ? [] : [`${seen}: reservations never exceeded stock.`] };
}

/**
 * Pure. Where nothing waited for the journal it had all that the bus had been sent before; otherwise all that was sent before the last
 * look that preceded the oldest message that waited. Where the bus did not say, the look before counts.
 */
export function underWayOf(looks: readonly Look[], since: number, until: number): Range {
  const upTo = looks.find(({ at }) => at >= until)?.committed ?? looks.at(-1)?.committed ?? 0;
  const last = looks.findLast((look) => look.askedAt <= since && look.journalWaitsSince !== null);
  if (last === undefined) return { after: 0, upTo };
  const { journalWaitsSince, unsent } = last;
  if (journalWaitsSince === undefined || journalWaitsSince === null) return { after: unsent - 1, upTo };
  const sent = looks.findLast(({ at }) => at <= journalWaitsSince);
  return { after: (sent?.unsent ?? 1) - 1, upTo };
}
