import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import { type BookingLookup, type BookingWrites, type PositionKey, positionKeyText } from '../database.ts';
import type { OutboxMessage } from '../relay/outbox.ts';
import { ALLOCATION, ALLOCATION_UPDATED, allocationRow } from './allocation-rows.ts';
import type { BookingReading, LastNumbers } from './booking-reads.ts';
import {
  type Columns,
  dateTime2,
  insertMissingRows,
  insertRows,
  JSON_TEXT,
  SCAN_KEY,
  upsertRows,
} from './json-rows.ts';
import { LOCK, lockRow } from './lock-rows.ts';
import { ascii, integer, json } from './parameters.ts';
import { keyRowOf, POSITION } from './position-rows.ts';
import type { Parameters, Statements } from './session.ts';

/** Writes what was decided: one round trip, in the transaction whose turn it is. `lookup` is what was read by. */
export async function writeBooking(
  on: Statements,
  { day, now }: Pick<BookingLookup, 'day' | 'now'>,
  reading: BookingReading,
  writes: BookingWrites,
): Promise<void> {
  const numbers = numbersAfter(reading, writes);
  const used = rowsOf(reading, writes, numbers, now).filter(({ rows }) => rows.length > 0);
  if (used.length === 0) return;
  const statements = used.map(({ statement }) => statement);
  await on.rows([...statements, NUMBERS].join('\n'), {
    ...Object.fromEntries(used.map(({ name, rows }): [string, Parameters[string]] => [name, json(rows)])),
    day: ascii(day),
    lastEventNumber: integer(writes.lastEventNumber),
    lastPositionId: integer(numbers.last.positionId),
    lastLedgerId: integer(numbers.last.ledgerId),
    lastAllocationNumber: integer(numbers.last.allocationNumber),
    lastSequence: integer(numbers.last.sequence),
  });
}

/** The numbers of what is written, in the order in which it stands there. */
interface Numbers {
  readonly last: LastNumbers;
  /** By `positionKeyText`. */
  readonly positionIds: ReadonlyMap<string, number>;
  /** By transaction id in lower case. */
  readonly ledgerIds: ReadonlyMap<string, number>;
  readonly allocationNumbers: ReadonlyMap<string, number>;
}

function numbersAfter({ last, positionIds, found }: BookingReading, writes: BookingWrites): Numbers {
  const newPositions = writes.positions
    .map(({ key }) => positionKeyText(key))
    .filter((text) => !positionIds.has(text));
  const newAllocations = writes.allocations
    .map(({ allocationId }) => allocationId)
    .filter((id) => !found.allocations.has(id));
  const ledger = writes.ledger.map(({ transaction }) => transaction.transactionId.toLowerCase());
  return {
    last: {
      positionId: last.positionId + newPositions.length,
      ledgerId: last.ledgerId + ledger.length,
      allocationNumber: last.allocationNumber + newAllocations.length,
      sequence: last.sequence + writes.messages.length,
    },
    positionIds: new Map([...positionIds, ...numberedFrom(last.positionId, newPositions)]),
    ledgerIds: new Map(numberedFrom(last.ledgerId, ledger)),
    allocationNumbers: new Map(numberedFrom(last.allocationNumber, newAllocations)),
  };
}

function numberedFrom(last: number, texts: readonly string[]): [string, number][] {
  return texts.map((text, index) => [text, last + index + 1]);
}

/** Rows of a JSON parameter and the statement that writes them. */
interface TableWrite {
  readonly name: string;
  readonly statement: string;
  readonly rows: readonly unknown[];
}

/** What refers to another table comes after it. */
function rowsOf(
  reading: BookingReading,
  writes: BookingWrites,
  numbers: Numbers,
  committedAt: string,
): TableWrite[] {
  const idOf = (key: PositionKey) => numbers.positionIds.get(positionKeyText(key));
  const messages = writes.messages.map((message, index) => ({
    sequence: reading.last.sequence + index + 1,
    ...messageRow(message),
  }));
  return [
    {
      name: 'positions',
      statement: WRITE.positions,
      rows: writes.positions.map(({ key, state }) => ({
        position_id: idOf(key),
        ...keyRowOf(key),
        on_hand: onHandOf(state),
        shortfall: shortfallOf(state),
        version: state.version,
        count_key: state.countKey,
        changed_at: dateTime2(committedAt),
      })),
    },
    {
      name: 'ledger',
      statement: WRITE.ledger,
      rows: writes.ledger.map((entry) => ledgerRow(entry, numbers)),
    },
    { name: 'locks', statement: WRITE.locks, rows: writes.locks.map(lockRow) },
    {
      name: 'movements',
      statement: WRITE.movements,
      rows: writes.movements.map((movement) => ({
        position_id: idOf(movement.position),
        version: movement.after.version,
        ledger_id: numbers.ledgerIds.get(movement.transactionId.toLowerCase()),
        kind: movement.kind,
        quantity: movement.quantity,
        scan_key: movement.scanKey,
        effective_change: movement.effectiveChange,
        on_hand: onHandOf(movement.after),
        shortfall: shortfallOf(movement.after),
        recount_lock_id: movement.recountLockId ?? null,
      })),
    },
    {
      name: 'countedPositions',
      statement: WRITE.countedPositions,
      rows: writes.countedPositions.map(({ lockId, position }) => ({
        lock_id: lockId,
        position_id: idOf(position),
      })),
    },
    {
      name: 'stocks',
      statement: WRITE.stocks,
      rows: writes.stocks.map(({ itemId, warehouseId, onHand, reserved }) => ({
        item_id: itemId,
        warehouse_id: warehouseId,
        on_hand: onHand,
        reserved,
      })),
    },
    {
      name: 'allocations',
      statement: WRITE.allocations,
      rows: writes.allocations.map((allocation) =>
        allocationRow(allocation, numbers.allocationNumbers.get(allocation.allocationId) ?? 0),
      ),
    },
    { name: 'messages', statement: WRITE.messages, rows: messages },
    {
      name: 'refusedCalls',
      statement: WRITE.refusedCalls,
      rows: writes.refusedCalls.map(({ scannerId, call }) => ({ scanner_id: scannerId, call_number: call })),
    },
  ];
}

function ledgerRow(entry: BookingWrites['ledger'][number], { ledgerIds }: Numbers) {
  const { transaction, bodyHash, outcome, onHand, version, scannedAt, flags, committedAt } = entry;
  const id = transaction.transactionId.toLowerCase();
  return {
    ledger_id: ledgerIds.get(id),
    transaction_id: id,
    body_hash: bodyHash,
    outcome,
    on_hand: onHand,
    version,
    scanned_at: scannedAt,
    flags,
    committed_at: dateTime2(committedAt),
    body: transaction,
  };
}

function messageRow(message: OutboxMessage) {
  const [body, committedAt] =
    message.kind === 'event'
      ? [message.event, message.event.timestamp]
      : [message.decision, message.decision.decidedAt];
  return {
    kind: message.kind,
    body,
    committed_at: dateTime2(committedAt),
    traceparent: message.trace.traceparent,
    tracestate: message.trace.tracestate ?? null,
  };
}

const LEDGER: Columns = {
  ledger_id: 'bigint',
  transaction_id: 'varchar(36)',
  body_hash: 'varchar(64)',
  outcome: 'varchar(16)',
  on_hand: 'int',
  version: 'int',
  scanned_at: 'varchar(32)',
  flags: JSON_TEXT,
  committed_at: 'datetime2(3)',
  body: JSON_TEXT,
};

const MOVEMENT: Columns = {
  position_id: 'int',
  version: 'int',
  ledger_id: 'bigint',
  kind: 'varchar(8)',
  quantity: 'int',
  scan_key: SCAN_KEY,
  effective_change: 'int',
  on_hand: 'int',
  shortfall: 'int',
  recount_lock_id: 'varchar(128)',
};

const STOCK: Columns = {
  item_id: 'varchar(64)',
  warehouse_id: 'varchar(64)',
  on_hand: 'bigint',
  reserved: 'bigint',
};

const EVENT: Columns = { sequence: 'bigint', kind: 'varchar(8)', body: JSON_TEXT };

const OUTBOX: Columns = {
  sequence: 'bigint',
  committed_at: 'datetime2(3)',
  traceparent: 'varchar(64)',
  tracestate: 'nvarchar(512)',
};

const COUNTED: Columns = { lock_id: 'varchar(128)', position_id: 'int' };

const REFUSED_CALL: Columns = { scanner_id: 'varchar(64)', call_number: 'bigint' };

const WRITE = {
  positions: upsertRows('wms.position', POSITION, 'positions', {
    key: ['position_id'],
    updated: ['on_hand', 'shortfall', 'version', 'count_key', 'changed_at'],
  }),
  ledger: insertRows('wms.ledger', LEDGER, 'ledger'),
  locks: upsertRows('wms.location_lock', LOCK, 'locks', {
    key: ['lock_id'],
    updated: Object.keys(LOCK).filter((name) => name !== 'lock_id'),
  }),
  movements: insertRows('wms.movement', MOVEMENT, 'movements'),
  countedPositions: insertMissingRows('wms.counted_position', COUNTED, 'countedPositions'),
  stocks: upsertRows('wms.item_stock', STOCK, 'stocks', {
    key: ['item_id', 'warehouse_id'],
    updated: ['on_hand', 'reserved'],
  }),
  allocations: upsertRows('wms.allocation', ALLOCATION, 'allocations', {
    key: ['allocation_id'],
    updated: ALLOCATION_UPDATED,
  }),
  messages: `${insertRows('wms.event', EVENT, 'messages')}
    ${insertRows('wms.outbox', OUTBOX, 'messages')}`,
  refusedCalls: upsertRows('wms.refused_call', REFUSED_CALL, 'refusedCalls', {
    key: ['scanner_id'],
    updated: ['call_number'],
  }),
};

/** The last numbers given out, and the last event number of the day. */
const NUMBERS = `
  UPDATE wms.booking_turn SET last_position_id = @lastPositionId, last_ledger_id = @lastLedgerId,
    last_allocation_number = @lastAllocationNumber, last_sequence = @lastSequence WHERE id = 1;
  UPDATE wms.event_number SET last_number = @lastEventNumber WHERE day = @day;
  IF @@ROWCOUNT = 0 INSERT INTO wms.event_number (day, last_number) VALUES (@day, @lastEventNumber);`;
