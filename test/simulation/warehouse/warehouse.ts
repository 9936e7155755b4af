import { answerMessage } from '../../../apps/wms-adapter/allocation/answer-message.ts';
import { bookScans } from '../../../apps/wms-adapter/booking/book-scans.ts';
import type { GroupCommit } from '../../../apps/wms-adapter/booking/group-commit.ts';
import { composeAdapter } from '../../../apps/wms-adapter/compose-adapter.ts';
import type { Database } from '../../../apps/wms-adapter/database.ts';
import type { Caller } from '../../../apps/wms-adapter/devices/caller.ts';
import { rememberRuns } from '../../../apps/wms-adapter/devices/known-runs.ts';
import type { LockCommand, LockResult } from '../../../apps/wms-adapter/locks/lock-order.ts';
import { takeNotice } from '../../../apps/wms-adapter/recounts/take-notice.ts';
import { traceOf } from '../../../apps/wms-adapter/trace-context.ts';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import type { Transaction, TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { WmsSql } from '../../../shared/ports/wms-sql.ts';
import { ALLOCATION_REQUESTS_TOPIC } from '../../../shared/service-bus/allocation-message.ts';
import { INVESTIGATIONS_TOPIC } from '../../../shared/service-bus/investigation-notices.ts';
import type { Delivery, SimulatedBus } from '../bus/service-bus.ts';
import { callsOf } from '../calls.ts';
import type { Faults } from '../faults.ts';
import { ITEMS, PLACES, WAREHOUSES } from '../layout.ts';
import { type Mutations, mutated } from '../mutations.ts';
import { type Process, startProcess } from '../process.ts';
import type { World } from '../world.ts';
import { type BooksKind, openBooks } from './books.ts';
import { faultyDatabase, type OnBooking } from './faulty-books.ts';
import { afterOutage, lineOf, outageMs } from './line.ts';
import { simulatedPublisher } from './publisher.ts';

/** The WMS with its adapter, which may be away for a while. */
export type Warehouse = {
  /** `POST /transactions`. Rejects when the adapter is away or the database does not take it; never answers one that crashed. */
  upload(
    transactions: readonly Transaction[],
    clock: DeviceClock,
    caller?: Caller,
  ): Promise<TransactionResult[]>;
  /** The lock API, as `upload`. */
  lock(command: LockCommand): Promise<LockResult>;
  /** What is asked by `GET`, as `upload`. */
  read<Told>(ask: (database: Database) => Promise<Told>): Promise<Told>;
  /** The WMS's own books, for those who compare; no fault happens here. */
  readonly database: Database;
  /** The same, as the reconciliation reads them. */
  readonly reader: WmsSql;
  /** Keeps the books as they are. Called, the answer puts that back: the adapter ends, and is started on the old books. */
  backup(): () => void;
  /** How often it was put back: no call that left before arrives after that, as the adapters are stopped for it (docs/operations/restore-wms.md). */
  restores(): number;
  close(): Promise<void>;
};

export type WarehouseParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly bus: SimulatedBus;
  readonly onBooking: OnBooking;
  readonly mutations: Mutations;
  readonly books: BooksKind;
};

/** Thrown where a call finds no adapter. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

const OPEN: Caller = { kind: 'open' };

/** Messages that a warehouse's receiver takes at once. */
const REQUESTS_AT_ONCE = 100;

/** Opens the books and starts the adapter on them; when it crashes it is started again. */
export async function openWarehouse(parts: WarehouseParts): Promise<Warehouse> {
  const { world, faults } = parts;
  const books = openBooks(parts.books);
  // Keeps them while no adapter runs.
  const database = books.connect();
  await database.addWarehouses(WAREHOUSES);
  await database.putItems(ITEMS);
  await database.putLocations(PLACES);
  let adapter = startAdapter(books.connect(), parts, restart);
  let restores = 0;

  function restart(): void {
    world.note(() => ({ entities: ['adapter'], text: 'the adapter crashes' }));
    const chance = world.chance.stream(`restart ${world.now()}`);
    const away = faults.happens('wms-away') ? outageMs(chance) : chance.between(500, 20_000);
    afterOutage(world, faults, away, 'the adapter', () => {
      adapter = startAdapter(books.connect(), parts, restart);
    });
  }

  return {
    upload: (transactions, clock, caller) => adapter.upload(transactions, clock, caller),
    lock: (command) => adapter.lock(command),
    read: (ask) => adapter.read(ask),
    database,
    reader: books.reader,
    backup() {
      const restore = books.backup();
      return () => {
        adapter.close();
        restore();
        restores += 1;
      };
    },
    restores: () => restores,
    close: async () => {
      adapter.close();
      await database.close();
    },
  };
}

type Adapter = Pick<Warehouse, 'upload' | 'lock' | 'read'> & { close(): void };

/** One life of the adapter: the composition of `apps/wms-adapter/adapter.ts` without sockets. */
function startAdapter(
  connection: Database,
  { world, faults, bus, onBooking, mutations }: WarehouseParts,
  onCrash: () => void,
): Adapter {
  let isOpen = true;
  const close = () => {
    if (isOpen) void connection.close();
    isOpen = false;
  };
  const process = startProcess(world, 'adapter', () => {
    // The stack of the crash may still be reading.
    queueMicrotask(close);
    onCrash();
  });
  const { runtime } = process;
  const chance = world.chance.stream(`adapter since ${world.now()}`);
  const faulty = faultyDatabase(connection, process, faults, onBooking, chance.stream('order of answers'));
  const database = mutated(faulty, mutations.database);
  const now = () => new Date(world.now());
  const log = (line: string) => world.note(() => ({ entities: ['adapter'], text: `adapter: ${line}` }));
  const call = callsOf(process, faults, { before: 'adapter-crash', after: 'adapter-crash' });
  const line = lineOf(process, world, faults, bus);
  const { relay, groupCommit } = composeAdapter({
    ...{ relayId: 'ADAPTER', database, now, log },
    publisher: mutated(simulatedPublisher(bus, call, line), mutations.publisher),
    random: runtime.random,
    after: (ms, callback) => process.after(ms, 'the relay wakes', callback),
    gather: () => runtime.sleep(1),
  });
  const booking = { registry: database, runBeginnings: rememberRuns(database), groupCommit };
  const refuseWhenAway = () => {
    if (!process.isAlive()) throw new ConnectionRefused('nobody listens');
  };
  relay.start();
  for (const warehouseId of WAREHOUSES)
    line.receive(`${ALLOCATION_REQUESTS_TOPIC}/${warehouseId}`, REQUESTS_AT_ONCE, (deliveries) =>
      answerAll(deliveries, warehouseId, groupCommit, process, (count) => chance.bytes(count), log),
    );
  for (const warehouseId of WAREHOUSES)
    line.receive(`${INVESTIGATIONS_TOPIC}/${warehouseId}`, REQUESTS_AT_ONCE, (deliveries) =>
      takeAll(deliveries, warehouseId, database, process, log),
    );
  return {
    async upload(transactions, clock, caller = OPEN) {
      refuseWhenAway();
      const trace = traceOf(undefined, undefined, (count) => chance.bytes(count));
      const entries = transactions.map((transaction) => ({ transaction }));
      return bookScans(booking, entries, { caller, clock, receivedAt: now(), trace });
    },
    async read(ask) {
      refuseWhenAway();
      return ask(connection);
    },
    async lock(command) {
      refuseWhenAway();
      const trace = traceOf(undefined, undefined, (count) => chance.bytes(count));
      return groupCommit.changeLock({ lock: command, trace });
    },
    close() {
      process.kill();
      close();
    },
  };
}

/** @throws as `answerAll` */
async function takeAll(
  deliveries: readonly Delivery[],
  warehouseId: string,
  database: Database,
  { runtime }: Process,
  log: (line: string) => void,
): Promise<void> {
  const taking = { database, random: runtime.random, log, stopping: new AbortController().signal };
  for (const { message } of deliveries) {
    const notice = { body: JSON.parse(String(message.body)) };
    const sleep = (ms: number) => runtime.sleep(ms);
    const settlement = await takeNotice(notice, warehouseId, { ...taking, sleep });
    if (settlement.kind !== 'complete')
      throw new Error(`a notice was settled by ${JSON.stringify(settlement)}`);
  }
}

/** @throws when one of them is to be delivered again, and with it all: the bus here settles batches as a whole */
async function answerAll(
  deliveries: readonly Delivery[],
  warehouseId: string,
  groupCommit: GroupCommit,
  { runtime }: Process,
  randomBytes: (count: number) => Buffer,
  log: (line: string) => void,
): Promise<void> {
  const { random } = runtime;
  const taking = { groupCommit, randomBytes, random, log, stopping: new AbortController().signal };
  const settlements = await Promise.all(
    deliveries.map(({ message: { body, applicationProperties } }) =>
      answerMessage({ body: JSON.parse(String(body)), applicationProperties }, warehouseId, {
        ...taking,
        sleep: (ms) => runtime.sleep(ms),
      }),
    ),
  );
  const refused = settlements.find(({ kind }) => kind !== 'complete');
  if (refused) throw new Error(`a request was settled by ${JSON.stringify(refused)}`);
}
