import type { Stock } from '../../../shared/domain/stock.ts';
import { journalBatch } from '../../../shared/journal/journal-batch.ts';
import type { ReceivedMessage } from '../../../shared/ports/received-message.ts';
import { projectBatch } from '../../../shared/projection/project-batch.ts';
import { recoverDeadLetters } from '../../../shared/quarantine/quarantine.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from '../../../shared/service-bus/inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from '../../../shared/service-bus/retry-queue.ts';
import { type InMemoryJournal, inMemoryJournal } from '../../doubles/journal-store.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from '../../doubles/quarantine-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../doubles/stock-store.ts';
import { deadLettersBy, receivedBy, replayerBy, retryQueueBy, sendBy } from '../bus/ports.ts';
import type { SimulatedBus } from '../bus/service-bus.ts';
import { callsOf } from '../calls.ts';
import type { Faults } from '../faults.ts';
import { WAREHOUSES } from '../layout.ts';
import { startProcess } from '../process.ts';
import type { World } from '../world.ts';
import { journalBy, quarantineBy, stockStoreBy, troubleStock } from './stores.ts';

/** What is kept in the cloud, whatever becomes of its processes. */
export type Cloud = {
  readonly stock: InMemoryStock;
  readonly journal: InMemoryJournal;
  readonly quarantine: InMemoryQuarantine;
};

export type CloudParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly bus: SimulatedBus;
  /** Told of every stock document as it stands after it was written. */
  readonly onStockWrite: (stock: Stock) => void;
};

/** Instances of the Functions app. */
const HOSTS = ['function-1', 'function-2'];
/** As `host.json` says. */
const MESSAGES_A_BATCH = 1_000;
/** As `functions/composition/services.ts` says. */
const PATIENCE_MS = 20_000;
const MINUTE_MS = 60_000;

/** Starts the Functions app on its stores; an instance that crashes is started again. */
export function startCloud(parts: CloudParts): Cloud {
  const cloud = { stock: inMemoryStock(), journal: inMemoryJournal(), quarantine: inMemoryQuarantine() };
  troubleStock(cloud.stock, parts.world, parts.faults);
  for (const name of HOSTS) startHost(name, cloud, parts);
  return cloud;
}

/** One life of an instance: the composition of `functions/composition/services.ts` on simulated parts. */
function startHost(name: string, cloud: Cloud, parts: CloudParts): void {
  const { world, faults, bus, onStockWrite } = parts;
  const process = startProcess(world, name, () => {
    world.note(() => ({ entities: [name], text: `${name} crashes` }));
    world.schedule(
      world.chance.stream(`${name} ends ${world.now()}`).between(200, 15_000),
      `${name} starts`,
      () => startHost(name, cloud, parts),
    );
  });
  const { runtime } = process;
  const call = callsOf(process, faults, { before: 'crash-before-call', after: 'crash-after-call' });
  const send = sendBy(call, bus);
  const quarantine = quarantineBy(call, cloud.quarantine, faults);
  const replayer = replayerBy(send);
  const projection = {
    stock: stockStoreBy(call, cloud.stock, onStockWrite),
    quarantine,
    retryQueue: retryQueueBy(send),
    followStock: async () => {},
    runtime,
  };
  const journal = { journal: journalBy(call, cloud.journal, faults), runtime };
  const options = { warehouses: new Set<string>(WAREHOUSES), patienceMs: PATIENCE_MS };
  const project = (messages: ReceivedMessage[]) => projectBatch(messages, projection, options);

  const handle = (
    place: string,
    subscription: string,
    work: (messages: ReceivedMessage[]) => Promise<unknown>,
  ) =>
    bus.receive(place, process, MESSAGES_A_BATCH, async (deliveries) => {
      await work(deliveries.map((delivery) => receivedBy(subscription, delivery)));
    });
  handle(`${INVENTORY_EVENTS_TOPIC}/${PROJECTION_SUBSCRIPTION}`, PROJECTION_SUBSCRIPTION, project);
  handle(PROJECTION_RETRY_QUEUE, PROJECTION_SUBSCRIPTION, project);
  handle(`${INVENTORY_EVENTS_TOPIC}/${JOURNAL_SUBSCRIPTION}`, JOURNAL_SUBSCRIPTION, (messages) =>
    journalBatch(messages, journal, options),
  );

  // A timer trigger runs on one instance only.
  if (name !== HOSTS[0]) return;
  const deadLetters = deadLettersBy(call, bus, replayer);
  const everyMinute = () => {
    process.after(MINUTE_MS, 'dead letters go back', everyMinute);
    world.spawn(() =>
      recoverDeadLetters({ parked: quarantine, deadLetters, replayer, runtime }).catch(tolerate),
    );
  };
  process.after(MINUTE_MS, 'dead letters go back', everyMinute);
}

/** A timer whose run fails is called again when it is due. */
function tolerate(error: unknown): void {
  if (!(error instanceof Error && error.name === 'StoreUnavailable')) throw error;
}
