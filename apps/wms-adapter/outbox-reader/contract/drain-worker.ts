import { parentPort, workerData } from 'node:worker_threads';
import { openSource } from '../open-source.ts';
import { parseOutboxSettings } from '../outbox-settings.ts';
import { createReader } from '../reader.ts';
import { openReaderState } from '../reader-state.ts';

/** What the worker is given. */
export interface DrainTask {
  readonly connection: string;
  readonly settings: string;
  /** The reader's own file. */
  readonly path: string;
  readonly rows: number;
}

/** Drains an outbox on a bus that takes everything and keeps nothing; posts the largest page when all rows were sent. */
function drain({ connection, settings: text, path, rows }: DrainTask): void {
  const settings = parseOutboxSettings(text);
  let sent = 0;
  let largest = 0;
  const reader = createReader({
    settings,
    source: openSource({ WmsSqlConnection: connection }, settings, Math.random),
    state: openReaderState({ path, numbering: 'test', startAfter: 0n, markEveryMs: 1_000 }),
    publisher: {
      async publish(entries) {
        sent += entries.length;
        largest = Math.max(largest, entries.length);
        if (sent === rows) parentPort?.postMessage(largest);
        return { sent: entries.map(({ sequence }) => sequence), refused: [] };
      },
      close: async () => {},
    },
    now: () => new Date(),
    random: Math.random,
    log: () => {},
  });
  reader.start();
}

drain(workerData);
