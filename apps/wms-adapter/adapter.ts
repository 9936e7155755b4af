import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AdapterStatus } from '../../shared/contracts/adapter-status.ts';
import { openServiceBus } from '../../shared/service-bus/connection.ts';
import { tellUnknown } from '../../shared/settings/unknown.ts';
import type { Environment } from '../../shared/settings.ts';
import { watchBacklog } from '../../shared/telemetry/metrics.ts';
import { startTelemetry } from '../../shared/telemetry/start.ts';
import { createResponder } from './allocation/responder.ts';
import { composeAdapter } from './compose-adapter.ts';
import { createApi } from './http/api.ts';
import { tellingFailures } from './http/database-failures.ts';
import { SCANNER_FOLDER } from './http/scanner-app.ts';
import { listen } from './http/server.ts';
import { openDatabase } from './open-database.ts';
import { startOutboxReader } from './outbox-reader/outbox-reader.ts';
import { RECEIVER_CLIENT_OPTIONS } from './receiving/subscription-receiver.ts';
import { createRecountReceiver } from './recounts/recount-receiver.ts';
import { observedPublisher } from './relay/observed-publisher.ts';
import { oldestAgeMs, outboxFigures } from './relay/outbox.ts';
import { createServiceBusPublisher, PUBLISHER_CLIENT_OPTIONS } from './relay/service-bus-publisher.ts';
import { readSettings, type Settings } from './settings.ts';
import { startStatusSender } from './status/status-sender.ts';

/** Calls under way have this long to end at a stop. */
const HTTP_GRACE_MS = 5_000;
/** The outbox has this long to be sent at a stop; what is left is sent after the next start. */
const FLUSH_MS = 2_000;

export interface Adapter {
  readonly url: string;
  /** Ends the calls under way, sends what it can of the outbox and closes the database. */
  stop(): Promise<void>;
}

/** An adapter of either kind, which knows how it is. Never rejects. */
export type RunningAdapter = Adapter & {
  status(): Promise<Pick<AdapterStatus, 'database' | 'outbox'>>;
};

/**
 * Starts the WMS adapter: database, relay, allocation responder, receiver of recounts and REST API. Scans are taken whether or not the bus
 * answers. With `STOCKBRIDGE_WMS_OUTBOX` it only reads an existing WMS's outbox.
 * @throws SettingError, SchemaVersionError, MigrationError
 */
export async function startAdapter(environment: Environment, log: (line: string) => void): Promise<Adapter> {
  const settings = readSettings(environment);
  for (const line of tellUnknown(environment)) log(line);
  const telemetry = await startTelemetry(environment, { name: 'stockbridge-wms-adapter' }, log);
  const { wmsOutboxFile, warehouseIds } = settings;
  const adapterId = relayIdOf(settings);
  const starting =
    wmsOutboxFile === undefined
      ? startOwnWms(environment, settings, adapterId, log)
      : startOutboxReader(environment, settings, wmsOutboxFile, log);
  const adapter = await starting.catch(async (error) => {
    await telemetry.stop();
    throw error;
  });
  const statusSender = startStatusSender({
    openClient: () => openServiceBus(environment, PUBLISHER_CLIENT_OPTIONS),
    status: async () => ({ adapterId, warehouseIds: [...warehouseIds], ...(await adapter.status()) }),
    log,
  });
  return {
    url: adapter.url,
    async stop() {
      statusSender.stop();
      await adapter.stop();
      await telemetry.stop();
    },
  };
}

async function startOwnWms(
  environment: Environment,
  settings: Settings,
  relayId: string,
  log: (line: string) => void,
): Promise<RunningAdapter> {
  const openBus = () => openServiceBus(environment, PUBLISHER_CLIENT_OPTIONS);
  // Made once for nothing, so that a wrong setting stops the start.
  await (await openBus()).close();

  const now = () => new Date();
  const database = await openDatabase(environment, settings.dataFolder);
  await database.addWarehouses(settings.warehouseIds).catch(async (error) => {
    // Open connections would keep the process alive.
    await database.close();
    throw error;
  });
  const publisher = observedPublisher(createServiceBusPublisher(openBus));
  const outside = { database, publisher, relayId, now, random: Math.random, log };
  const { relay, groupCommit } = composeAdapter(outside);
  const receiving = {
    openClient: () => openServiceBus(environment, RECEIVER_CLIENT_OPTIONS),
    warehouseIds: settings.warehouseIds,
    random: Math.random,
    log,
  };
  const responder = createResponder({ ...receiving, groupCommit });
  const recountReceiver = createRecountReceiver({ ...receiving, database: tellingFailures(database, log) });
  const parts = { settings, database, groupCommit, relay, responder, recountReceiver, now, log };
  const api = createApi({ ...parts, scannerFolder: SCANNER_FOLDER });
  const server = await listen(api, settings).catch(async (error) => {
    await database.close();
    throw error;
  });
  relay.start();
  responder.start();
  recountReceiver.start();
  watchBacklog(async () => new Map([['outbox', oldestAgeMs(await database.backlog(), now()) / 1_000]]));
  return {
    url: server.url,
    status: () =>
      database.backlog().then(
        (backlog) => ({ database: 'ready', outbox: outboxFigures(backlog, now()) }),
        () => ({ database: 'does-not-answer' }),
      ),
    async stop() {
      await Promise.all([server.close(HTTP_GRACE_MS), responder.stop(), recountReceiver.stop()]);
      await relay.stop(FLUSH_MS);
      await database.close();
    },
  };
}

/**
 * No other adapter that runs has it, and this one has it again after a restart: so that what it had claimed before a crash is
 * sent at once, and not when the claim ends.
 */
function relayIdOf({ port }: Pick<Settings, 'port'>): string {
  return port === 0 ? randomUUID() : `${hostname().slice(0, 40)}:${port}`;
}
