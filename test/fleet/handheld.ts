import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, openDevice } from '../../apps/scanner/core/device.ts';
import type { Backlog, DeviceStore } from '../../apps/scanner/core/device-store.ts';
import { derivePin } from '../../apps/scanner/core/pin-verifier.ts';
import { adapterClient } from '../../apps/scanner/http/adapter-client.ts';
import { openDeviceStore } from '../../apps/scanner/store/device-store.ts';
import { openNodeSqlite } from '../../apps/scanner/store/node-sqlite.ts';
import type { Chance } from '../simulation/chance.ts';
import type { FleetClock } from './fleet-clock.ts';
import { type HandheldClock, handheldClock } from './handheld-clock.ts';
import { DeviceKilled, type KillableSql, killableSql } from './killable-sql.ts';
import { openRadio, type Radio } from './radio.ts';
import type { Tally } from './tally.ts';

/** The app as it runs on a handheld: the product's device on its file. */
export type App = {
  readonly device: Device;
  readonly store: DeviceStore;
  /** Aborted when it was killed. */
  readonly signal: AbortSignal;
};

/** One handheld: its file, its clocks, its radio, and the app while that runs. */
export type Handheld = {
  readonly scannerId: string;
  readonly radio: Radio;
  readonly clock: HandheldClock;
  /** The app that runs; undefined while none does. */
  app(): App | undefined;
  /** The app, once one runs. */
  running(): Promise<App>;
  /** Starts the app on the file as the last one left it. */
  start(): void;
  /** Scans of the running app by their state; undefined where none runs. */
  counts(): Backlog['counts'] | undefined;
  /** The app dies before the statement after so many others: its file is what was on the disk then. Infinity: it does not. */
  killAfter(statements: number): void;
  /** The app dies now. */
  kill(): void;
  /** The device sleeps: nothing runs, and its monotonic clock stands still. */
  nap(ms: number): Promise<void>;
  /** Ends it in order. */
  stop(): void;
  /** What the device said went wrong. */
  readonly log: readonly string[];
};

export type HandheldParts = {
  readonly scannerId: string;
  /** Where its file lies. */
  readonly folder: string;
  readonly origin: string;
  readonly clock: FleetClock;
  readonly chance: Chance;
  readonly tally: Tally;
  /** Told of each start after the first, before anything else happens. */
  readonly onStart: (app: App) => void;
};

/** Milliseconds of the fleet that a call may take, and of the machine at least, which does not become faster. */
const CALL_MS = 30_000;
const LEAST_CALL_MS = 5_000;
/** From the death of the app to the next start. Milliseconds of the fleet. */
const REBOOT_MS = [2_000, 40_000] as const;
/** How a PIN is derived is not what is tested here, and takes a fifth of a second as the product does it. */
const PIN_ITERATIONS = 10;
const FILE = 'device.db';

export function openHandheld(parts: HandheldParts): Handheld {
  const { scannerId, folder, origin, clock, tally } = parts;
  const chance = parts.chance.stream('device');
  const radio = openRadio({ clock, tally, chance: parts.chance.stream('radio') });
  const clocks = handheldClock(clock, parts.chance.stream('clock'));
  const log: string[] = [];
  const waiting = new Set<(app: App) => void>();
  let starts = 0;
  let app: App | undefined;
  let sql: KillableSql | undefined;

  const folderOf = (start: number) => join(folder, String(start));

  function start(): void {
    starts += 1;
    mkdirSync(folderOf(starts), { recursive: true });
    const ended = new AbortController();
    const connection = openNodeSqlite(join(folderOf(starts), FILE));
    const killable = killableSql(connection, () => {
      keepDisk(starts);
      ended.abort(new Error('killed'));
      app?.device.close();
      app = undefined;
      // What was under way unwinds first. The next process works on a copy, so that nothing of this one reaches it.
      setImmediate(() => connection.close());
      tally.add('devices killed');
      clock.after(chance.between(...REBOOT_MS), start);
    });
    sql = killable;
    clocks.boot();
    begin(openDeviceStore(killable), ended.signal);
    if (starts > 1 && app) parts.onStart(app);
  }

  /** Runs the app on an open store. */
  function begin(store: DeviceStore, signal: AbortSignal): void {
    const deviceClock = clocks.device();
    const client = adapterClient({
      ...{ origin, clock: deviceClock, fetch: radio.fetch, signal },
      key: () => store.enrolment()?.key,
      timeoutMs: Math.max(CALL_MS / clock.speed, LEAST_CALL_MS),
    });
    const device = openDevice({
      ...{ store, client, clock: deviceClock, random: chance.next, after: afterUnlessKilled },
      log: (line) => log.push(line),
      newId: chance.uuid,
      derive: (pin, salt) => derivePin(pin, salt, PIN_ITERATIONS),
    });
    app = { device, store, signal };
    for (const resolve of waiting) resolve(app);
    waiting.clear();
  }

  /** A timer in which the device is killed has nobody to tell. */
  function afterUnlessKilled(ms: number, callback: () => void): () => void {
    return clock.after(ms, () => {
      try {
        callback();
      } catch (error) {
        if (!(error instanceof DeviceKilled)) throw error;
      }
    });
  }

  /** What a killed process leaves: the file and its log as they are, perhaps in the middle of a transaction. */
  function keepDisk(killed: number): void {
    const next = folderOf(killed + 1);
    mkdirSync(next, { recursive: true });
    for (const suffix of ['', '-wal']) {
      const from = join(folderOf(killed), FILE + suffix);
      if (existsSync(from)) copyFileSync(from, join(next, FILE + suffix));
    }
    if (killed > 1) rmSync(folderOf(killed - 1), { recursive: true });
  }

  return {
    ...{ scannerId, radio, clock: clocks, log, start },
    app: () => app,
    running: () => (app ? Promise.resolve(app) : new Promise((resolve) => waiting.add(resolve))),
    counts() {
      try {
        return app?.store.backlog().counts;
      } catch (error) {
        if (error instanceof DeviceKilled) return undefined;
        throw error;
      }
    },
    killAfter: (statements) => sql?.killAfter(statements),
    kill: () => sql?.kill(),
    async nap(ms) {
      const asleep = app;
      if (asleep === undefined) return;
      asleep.device.close();
      app = undefined;
      await clock.sleep(ms);
      clocks.sleptFor(ms);
      begin(asleep.store, asleep.signal);
    },
    stop() {
      app?.device.close();
      app?.store.close();
      app = undefined;
    },
  };
}
