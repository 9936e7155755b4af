import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addMasterData, allEvents, bookOn, scan } from '../../apps/wms-adapter/contract/fixtures.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { inventoryEventSchema } from '../../shared/contracts/inventory-event.ts';
import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { type LocalPart, startLocalServiceBus } from '../parts/local-part.ts';

const RELAYS = 8;
const KILLS = 10;
const EVENTS_BETWEEN_KILLS = 300;
const PROCESS = fileURLToPath(new URL('relay-process.ts', import.meta.url));

interface RelayProcess {
  readonly child: ChildProcess;
  /** All that it has printed, once it has ended. */
  readonly output: Promise<string>;
}

let folder: string;
let file: string;
let bus: LocalPart;
let database: Database;
const relays: RelayProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-campaign-'));
  file = join(folder, 'wms.db');
  bus = await startLocalServiceBus();
  database = openSqliteDatabase(file);
  await addMasterData(database);
});

afterEach(async () => {
  await Promise.all(relays.map((relay) => end(relay, 'SIGKILL')));
  await database.close();
  await bus.stop();
  await rm(folder, { recursive: true });
});

test('Eight relays on one outbox, killed at random, send every event and lose none', async () => {
  for (let index = 0; index < RELAYS; index += 1) relays.push(startRelay());
  // The first events wait for the first relay; from then on others come and go.
  for (let kills = 0; kills < KILLS; kills += 1) {
    await book(EVENTS_BETWEEN_KILLS);
    // Not to the last: those that a killed relay holds are sent only when its claim has ended.
    const left = EVENTS_BETWEEN_KILLS * (0.2 + 0.8 * Math.random());
    await untilUnsent((unsent) => unsent <= left);
    await killOne();
  }
  await untilUnsent((unsent) => unsent === 0);
  const outputs = await Promise.all(relays.splice(0).map((relay) => end(relay, 'SIGTERM')));

  const written = (await allEvents(database, 1_000)).map(({ eventId }) => eventId);
  const arrived = await receiveAll();
  expect(written).toHaveLength(KILLS * EVENTS_BETWEEN_KILLS);
  expect(new Set(arrived)).toEqual(new Set(written));
  expect(await database.backlog()).toEqual({ unsent: 0, parked: 0, parkedExamples: [] });
  const repeats = arrived.length - written.length;
  // One that was ended before it had begun says nothing.
  const said = outputs.filter((output) => output !== '');
  const noticed = said.map((output) => Number(/relay stopped, repeats: (\d+)/.exec(output)?.[1]));
  const sum = noticed.reduce((total, count) => total + count);
  expect(sum).toBeLessThanOrEqual(repeats);
  console.log(
    `${written.length} events, ${RELAYS} relays, ${KILLS} killed: ${repeats} events were sent twice, of which the last relays noticed ${sum}`,
  );
}, 120_000);

function startRelay(): RelayProcess {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROCESS, file], {
    env: { PATH, NODE_COMPILE_CACHE, ServiceBusConnection: bus.connectionString },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, output: text(child.stdout) };
}

async function end({ child, output }: RelayProcess, signal: NodeJS.Signals): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return output;
}

async function killOne(): Promise<void> {
  const index = Math.floor(Math.random() * relays.length);
  const [victim] = relays.splice(index, 1, startRelay());
  if (victim) await end(victim, 'SIGKILL');
}

async function book(events: number): Promise<void> {
  await bookOn(
    database,
    Array.from({ length: events }, () => scan({})),
  );
}

/** A relay that ended by itself would never let it come true: that is told instead. */
async function untilUnsent(holds: (unsent: number) => boolean): Promise<void> {
  await vi.waitUntil(
    async () => {
      const fallen = relays.find(({ child }) => child.exitCode !== null);
      if (fallen) throw new Error(`a relay ended: ${await fallen.output}`);
      return holds((await database.backlog()).unsent);
    },
    { timeout: 60_000, interval: 2 },
  );
}

/** The ids of all events on the bus, in the order of their arrival; one for each time that it was sent. */
async function receiveAll(): Promise<string[]> {
  const client = new ServiceBusClient(bus.connectionString);
  const receiver = client.createReceiver(INVENTORY_EVENTS_TOPIC, 'journal', {
    receiveMode: 'receiveAndDelete',
  });
  const eventIds: string[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(1_000, { maxWaitTimeInMs: 2_000 });
    if (messages.length === 0) break;
    eventIds.push(...messages.map(({ body }) => inventoryEventSchema.parse(body).eventId));
  }
  await client.close();
  return eventIds;
}
