import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type AdapterProcess, startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import { DEAD_BUS } from '../../apps/wms-adapter/adapter-under-test.ts';
import { freePorts } from '../../local/stack/ports.ts';
import type { ClockShift } from '../chaos/shifted-clock.ts';

/** A WMS adapter on a clock of its own, in a folder of its own, always on the same port. */
export type FleetAdapter = {
  /** Base address without `/api/v1`. */
  readonly origin: string;
  /** Where its database is. */
  readonly databaseFile: string;
  /** Calls its API as the administrator. @throws Error for an answer that is no success */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Ends it, at once or in order. Nothing answers until it is started again. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
};

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../chaos/shifted-clock.ts')).href;
/** Somebody else may have taken the port for a moment. Milliseconds of the machine. */
const START_AGAIN = 250;
const MOST_STARTS = 20;

export async function startFleetAdapter(folder: string, shift: ClockShift): Promise<FleetAdapter> {
  const clockFile = join(folder, 'adapter-clock.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(clockFile, JSON.stringify(shift));
  const [port] = await freePorts(1);
  const environment = {
    STOCKBRIDGE_DATA: folder,
    STOCKBRIDGE_ADAPTER_PORT: String(port),
    ServiceBusConnection: DEAD_BUS,
    CHAOS_CLOCK_FILE: clockFile,
    NODE_OPTIONS: `--import=${PRELOAD}`,
  };
  let running: AdapterProcess | undefined;
  const adapter: FleetAdapter = {
    origin: `http://127.0.0.1:${port}`,
    databaseFile: join(folder, 'wms-adapter', 'wms.db'),
    async call(method, path, body) {
      const response = await fetch(`${adapter.origin}/api/v1${path}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async end(signal) {
      await running?.end(signal);
      running = undefined;
    },
    async start() {
      for (let attempt = 1; running === undefined; attempt += 1) {
        try {
          running = await startAdapterProcess(environment);
        } catch (error) {
          if (attempt === MOST_STARTS) throw error;
          await sleep(START_AGAIN);
        }
      }
    },
  };
  await adapter.start();
  return adapter;
}
