import { openServiceBus } from '../../../shared/service-bus/connection.ts';
import { type Environment, SettingError } from '../../../shared/settings.ts';
import { watchBacklog } from '../../../shared/telemetry/metrics.ts';
import type { RunningAdapter } from '../adapter.ts';
import { dataFile } from '../data-folder.ts';
import { listen } from '../http/server.ts';
import { observedPublisher } from '../relay/observed-publisher.ts';
import { createServiceBusPublisher, PUBLISHER_CLIENT_OPTIONS } from '../relay/service-bus-publisher.ts';
import type { Settings } from '../settings.ts';
import { openSource } from './open-source.ts';
import { type OutboxSettings, readOutboxSettings } from './outbox-settings.ts';
import { createReader } from './reader.ts';
import { createReaderApi } from './reader-api.ts';
import { openReaderState, type ReaderState } from './reader-state.ts';
import { beginningOf, type OutboxSource } from './source.ts';
import { plainName } from './sql-name.ts';

/** Calls under way have this long to end at a stop. */
const HTTP_GRACE_MS = 5_000;
/** The page under way has this long to be sent at a stop; what is left is read again after the next start. */
const FLUSH_MS = 2_000;

/**
 * Starts the adapter as the reader of an existing WMS's own outbox: it publishes what stands there, and has no booking
 * API and no allocation responder. A WMS database or a bus that does not answer does not stop the start.
 *
 * @param file the setting `STOCKBRIDGE_WMS_OUTBOX`
 * @throws SettingError for a fault in the settings, and for a table or column that is not there
 */
export async function startOutboxReader(
  environment: Environment,
  settings: Settings,
  file: string,
  log: (line: string) => void,
): Promise<RunningAdapter> {
  const outbox = readOutboxSettings(file);
  const openBus = () => openServiceBus(environment, PUBLISHER_CLIENT_OPTIONS);
  // Made once for nothing, so that a wrong setting stops the start.
  await (await openBus()).close();

  const source = openSource(environment, outbox, Math.random);
  let state: ReaderState | undefined;
  const close = async () => {
    await source.close();
    state?.close();
  };
  try {
    await checkSource(source, file);
    state = openState(settings, outbox);
    const publisher = observedPublisher(createServiceBusPublisher(openBus));
    const now = () => new Date();
    const reader = createReader({
      settings: outbox,
      source,
      state,
      publisher,
      now,
      random: Math.random,
      log,
    });
    const server = await listen(createReaderApi({ settings, reader, parked: state.parked, log }), settings);
    log(
      `The adapter reads ${numberingOf(outbox)} (${outbox.order.kind}), publishes it, and does nothing else`,
    );
    reader.start();
    watchBacklog(async () => {
      const waited = now().getTime() - reader.status().caughtUpAt.getTime();
      return new Map([['outbox', waited / 1_000]]);
    });
    return {
      url: server.url,
      status: async () => ({
        database: reader.status().source === 'connected' ? 'ready' : 'does-not-answer',
      }),
      async stop() {
        await server.close(HTTP_GRACE_MS);
        await reader.stop(FLUSH_MS);
        await close();
      },
    };
  } catch (error) {
    // Open connections would keep the process alive.
    await close();
    throw error;
  }
}

/** @throws SettingError; when the database does not answer, the names are looked at by the first page that is read */
async function checkSource(source: OutboxSource, file: string): Promise<void> {
  try {
    await source.check();
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError(`${file}: ${error.message}`);
  }
}

/** @throws SettingError */
function openState(settings: Settings, outbox: OutboxSettings): ReaderState {
  const { order, pollMilliseconds } = outbox;
  return openReaderState({
    path: dataFile(settings.dataFolder, 'outbox-reader.db'),
    numbering: numberingOf(outbox),
    startAfter: beginningOf(order),
    markEveryMs: pollMilliseconds,
  });
}

/** What the numbers belong to. */
function numberingOf({ source, order }: OutboxSettings): string {
  return `${plainName(source)} by ${plainName(order.column)}`;
}
