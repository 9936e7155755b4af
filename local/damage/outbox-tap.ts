import type { DatabaseSync } from 'node:sqlite';
import { processIdentity } from '../stack/process-identity.ts';
import { StackError } from '../stack/start-error.ts';
import { atOnce, rows } from './wms-file.ts';

/** An event as it lies in the outbox; its body is the published message. */
export type TakenEvent = { sequence: number; event: WmsEvent; trace: Record<string, string> };

export type WmsEvent = {
  eventId: string;
  timestamp: string;
  eventType: string;
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  quantityChange: number;
  resultingOnHand: number;
  transactionId: string;
  version: number;
  counterpart?: object;
  allocationId?: string;
};

/** Takes some events out of the adapter's sight as they are written, like a second relay that works on them. */
export type OutboxTap = {
  /** Those that were taken and not yet removed, the oldest first. */
  taken: () => TakenEvent[];
  /** Takes an event out of the outbox: the adapter will never send it. */
  remove: (sequence: number) => void;
  /** To be called more often than every 30 s; a tap that is not renewed ends by itself, and the adapter sends what it held. */
  renew: () => void;
  /** Takes no further events. */
  shut: () => void;
  /** Leaves what was taken and not removed to the adapter. */
  release: () => void;
};

export type TapOptions = { seed: number /** Share of the events, 0 to 1. */; rate: number };

const TRIGGER = 'damage_tap';
const RELAY = 'damage';
/** How long the tap works without being renewed, and how long an event is kept from the adapter. */
const LEASE = 60_000;
const CLAIM = '+60 seconds';
const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'";
const PRIME = 2_147_483_647;
const SHARES = 1_000_000;

interface TakenRow {
  sequence: number;
  body: string;
  traceparent: string;
  tracestate: string | null;
}

/**
 * Opens a tap by a trigger on the outbox, which claims single events for a relay of its own. One that a killed process
 * left is removed first.
 * @throws {StackError} when another process has one open
 */
export function openOutboxTap(connection: DatabaseSync, options: TapOptions): OutboxTap {
  const release = () => void connection.prepare('DELETE FROM outbox_claim WHERE relay_id = ?').run(RELAY);
  const shut = () => connection.exec(`DROP TRIGGER IF EXISTS ${TRIGGER}`);
  const renew = () =>
    atOnce(connection, () => {
      shut();
      connection.exec(triggerOf(options, new Date(Date.now() + LEASE).toISOString()));
    });
  refuseSecond(connection);
  release();
  renew();
  const taken = connection.prepare(`SELECT outbox.sequence, body, traceparent, tracestate
    FROM outbox_claim JOIN outbox ON outbox.sequence = first_sequence JOIN event USING (sequence)
    WHERE relay_id = ? ORDER BY outbox.sequence`);
  return {
    taken: () => (taken.all(RELAY) as unknown as TakenRow[]).map(eventOf),
    remove: (sequence) =>
      atOnce(connection, () => {
        connection.prepare('DELETE FROM outbox WHERE sequence = ?').run(sequence);
        connection
          .prepare('DELETE FROM outbox_claim WHERE first_sequence = ? AND relay_id = ?')
          .run(sequence, RELAY);
      }),
    renew,
    shut,
    release,
  };
}

/** The trigger says whose it is, so that the next one knows whether that process runs. */
function triggerOf({ seed, rate }: TapOptions, until: string): string {
  // A quadratic residue: neighbouring sequences fall far apart, and no product leaves 64 bits.
  const spread = `((NEW.sequence * 48271 + ${Math.abs(seed) % PRIME}) % ${PRIME})`;
  const share = `(${spread} * ${spread} % ${PRIME}) % ${SHARES}`;
  return `CREATE TRIGGER ${TRIGGER} AFTER INSERT ON outbox
    /* process ${process.pid} ${processIdentity(process.pid) ?? ''} */
    WHEN ${share} < ${Math.round(rate * SHARES)} AND ${NOW}) < '${until}'
      AND EXISTS (SELECT 1 FROM event WHERE sequence = NEW.sequence AND kind = 'event'
        AND json_extract(body, '$.countLock') IS NULL)
    BEGIN
      INSERT INTO outbox_claim (first_sequence, last_sequence, relay_id, until)
        VALUES (NEW.sequence, NEW.sequence, '${RELAY}', ${NOW}, '${CLAIM}'));
    END`;
}

function refuseSecond(connection: DatabaseSync): void {
  const [trigger] = rows<{ sql: string }>(
    connection,
    'SELECT sql FROM sqlite_master WHERE name = ?',
    TRIGGER,
  );
  const [, pid, identity] = /\/\* process (\d+) (.*?) \*\//.exec(trigger?.sql ?? '') ?? [];
  if (pid === undefined || Number(pid) === process.pid || processIdentity(Number(pid)) !== identity) return;
  throw new StackError(
    `Process ${pid} is damaging this stack already; let it end first (npm start does some while it plays the day, STOCKBRIDGE_PLAY=0 leaves it out).`,
  );
}

function eventOf({ sequence, body, traceparent, tracestate }: TakenRow): TakenEvent {
  return {
    sequence,
    event: JSON.parse(body) as WmsEvent,
    // As the adapter sends it: the Azure SDKs' older name too.
    trace: { traceparent, ...(tracestate !== null && { tracestate }), 'Diagnostic-Id': traceparent },
  };
}
