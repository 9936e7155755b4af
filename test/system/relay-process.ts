import { randomUUID } from 'node:crypto';
import { createRelay } from '../../apps/wms-adapter/relay/relay.ts';
import {
  createServiceBusPublisher,
  PUBLISHER_CLIENT_OPTIONS,
} from '../../apps/wms-adapter/relay/service-bus-publisher.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { openServiceBus } from '../../shared/service-bus/connection.ts';

/** One relay and nothing else, to be killed: `node relay-process.ts DATABASE-FILE`. Stops on SIGTERM. */
const [file = ''] = process.argv.slice(2);
const database = openSqliteDatabase(file);
const relay = createRelay({
  relayId: randomUUID(),
  database,
  publisher: createServiceBusPublisher(() => openServiceBus(process.env, PUBLISHER_CLIENT_OPTIONS)),
  now: () => new Date(),
  random: Math.random,
  log: (line) => console.log(line),
  // Small and short, so that a kill hits claims that others hold, and the end of a claim is not long to wait for.
  pageSize: 20,
  sweepMs: 50,
  claimMs: 1_000,
});
relay.start();
process.once('SIGTERM', async () => {
  await relay.stop(5_000);
  await database.close();
  console.log(`relay stopped, repeats: ${relay.repeats()}`);
});
