import type { AdapterClient, Answer, Trouble } from './adapter-client.ts';
import type { DeviceClock } from './device-clock.ts';
import { type DeviceStore, StorageFullError } from './device-store.ts';
import { type Download, masterDataDownload, stockDownload, tasksDownload } from './downloads.ts';
import { toldMakingRoom } from './making-room.ts';
import { PASS_MS, retryDelay } from './retry-delay.ts';
import type { Hold } from './scan.ts';
import type { Connection, DeviceStatus } from './scanner-device.ts';
import { startUploads } from './uploads.ts';

const MASTER_DATA_MS = 10 * 60_000;
const STOCK_MS = 30 * 60_000;

/** Takes a timer back. */
export type Cancel = () => void;

export type SyncParts = {
  readonly store: DeviceStore;
  readonly client: AdapterClient;
  readonly clock: DeviceClock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Calls `callback` once, after so many milliseconds. */
  readonly after: (ms: number, callback: () => void) => Cancel;
  readonly log: (message: string) => void;
  /** Called after each change of what `status` tells or what is stored. */
  readonly onChange: () => void;
};

export type SyncStatus = Pick<
  DeviceStatus,
  'connection' | 'isSyncing' | 'held' | 'lastSyncAt' | 'lastError' | 'nextSyncAt' | 'clockOffsetMs'
>;

/** Brings what waits to the server, and what the server knows to the device. */
export type Sync = {
  status(): SyncStatus;
  /** Why a scan that waits does not go up with the others. */
  held(transactionId: string): Hold | undefined;
  /** A scan was stored, or a red one sent again, this moment. Never throws. */
  scanned(transactionId: string, isDecision?: boolean): void;
  /** Does all that is due; fulfilled when it is done, or has failed. */
  syncNow(): Promise<void>;
  /** What the browser says of the network. */
  networkChanged(isOnline: boolean): void;
  /** Loads stock and tasks anew when nothing waits. */
  refreshStock(): void;
  /** The device was enrolled: what it has to know is loaded for its warehouses. */
  enrolled(): void;
  /** The answer to a call that somebody else made tells about the connection too. */
  heard(answer: Answer<unknown>): void;
  /** Nothing is called or written afterwards; what is under way is forgotten, as after a crash. */
  stop(): void;
};

/**
 * One call at a time: uploads first, the oldest first, then master data, stock and tasks, each as far as it is due. A pass begins when a scan is stored
 * while the device is online, when the network is back, when it is asked for and after 30 seconds. After a failure the server
 * is left alone for a while ({@link retryDelay}).
 */
export function startSync(parts: SyncParts): Sync {
  const { store, client, clock, random, after, log, onChange } = parts;
  let connection: Connection = 'offline';
  let failures = 0;
  let lastSyncAt: string | undefined;
  let lastError: DeviceStatus['lastError'];
  let nextSyncAt: string | undefined;
  let clockOffsetMs: number | undefined;
  let isRunning = false;
  /** Somebody asked for a pass while one was under way: should that fail, another follows at once. */
  let isWanted = false;
  /** The last pass, or the one under way. */
  let running = Promise.resolve();
  let isStopped = false;
  let cancelPass: Cancel = () => undefined;
  const cancels = new Set<Cancel>();

  const now = () => new Date(clock.read().wall).toISOString();
  const steps = { store, client, clock, now, isStopped: () => isStopped };
  const uploads = startUploads(steps);
  const downloads = { ...steps, store: toldMakingRoom(store) };
  const stock = stockDownload(downloads);
  const tasks = tasksDownload(downloads);
  const masterData = masterDataDownload(downloads, restartWarehouses);

  function restartWarehouses(): void {
    stock.restart();
    tasks.restart();
  }

  function refreshWarehouses(): void {
    stock.makeDue();
    tasks.makeDue();
  }

  function every(ms: number, work: () => void): void {
    const cancel = after(ms, () => {
      cancels.delete(cancel);
      work();
      every(ms, work);
    });
    cancels.add(cancel);
  }

  /** When the next pass is due by itself. */
  function schedule(ms: number): void {
    cancelPass();
    if (isStopped) return;
    nextSyncAt = new Date(clock.read().wall + ms).toISOString();
    cancelPass = after(ms, () => void pass());
  }

  /** Does what is due; when something already does, this is part of it. */
  function pass(): Promise<void> {
    if (isStopped) return Promise.resolve();
    if (isRunning) return running;
    cancelPass();
    nextSyncAt = undefined;
    isRunning = true;
    isWanted = false;
    running = run();
    return running;
  }

  /** Between the last look at what is due and the end nothing is waited for, so that no scan comes unseen between them. */
  async function run(): Promise<void> {
    let delay = PASS_MS;
    try {
      for (let step = nextStep(); step && !isStopped; step = nextStep()) {
        onChange();
        const failed = await step();
        if (isStopped) return;
        if (failed !== undefined && !isWanted) {
          delay = failed;
          break;
        }
        if (failed !== undefined) isWanted = false;
      }
    } catch (error) {
      // Such as a storage that is full: what was not written down is asked again.
      delay = failedBy(error);
    }
    isRunning = false;
    schedule(delay);
    if (!isStopped) onChange();
  }

  /** A step answers undefined, or, when it failed, milliseconds until the next pass. */
  function nextStep(): (() => Promise<number | undefined>) | undefined {
    if (store.enrolment() === undefined) return undefined;
    if (uploads.isDue()) return upload;
    if (masterData.isDue()) return () => load('master data', masterData);
    if (stock.isDue()) return () => load('stock', stock);
    if (tasks.isDue()) return () => load('tasks', tasks);
    // Nobody waits for anything: a small call finds out whether the server is back.
    return connection === 'online' ? undefined : () => load('master data', masterData);
  }

  async function upload(): Promise<number | undefined> {
    const uploaded = await uploads.step();
    if (uploaded.kind === 'stopped' || uploaded.kind === 'too-much' || uploaded.kind === 'superseded')
      return undefined;
    if (uploaded.kind === 'failed') return failed(uploaded.answer);
    if (uploaded.asksForMasterData) masterData.makeDue();
    if (uploaded.asksForTasks) tasks.restart();
    succeeded(uploaded.answer);
    return undefined;
  }

  async function load(what: string, download: Download): Promise<number | undefined> {
    const answer = await download.step();
    if (isStopped) return undefined;
    if (answer.kind === 'answered') {
      succeeded(answer);
      return undefined;
    }
    if (answer.kind !== 'refused' || isAboutKey(answer.problem.status)) return failed(answer);
    // The server is there and says no: uploads need not wait for that.
    noteOffset(answer);
    lastError = answer;
    log(`${what}: ${detailOf(answer)}`);
    connection = 'online';
    download.giveUp();
    return undefined;
  }

  function succeeded(answer: Answer<unknown>): void {
    noteOffset(answer);
    connection = 'online';
    failures = 0;
    lastError = undefined;
    lastSyncAt = now();
  }

  function failed(answer: Trouble): number {
    noteOffset(answer);
    failures += 1;
    uploads.forgetPrompt();
    connection = connectionAfter(answer);
    lastError = answer;
    log(`${connection}: ${detailOf(answer)}`);
    if (connection === 'key-refused') return PASS_MS;
    return retryDelay(failures, random, answer.kind === 'failing' ? answer.retryAfterMs : undefined);
  }

  function failedBy(error: unknown): number {
    // Nothing is written here but what the server has answered: it is there.
    if (error instanceof StorageFullError) connection = 'online';
    failures += 1;
    uploads.forgetPrompt();
    const detail = error instanceof Error ? error.message : String(error);
    lastError = { kind: 'unexpected', detail };
    log(detail);
    return retryDelay(failures, random);
  }

  function noteOffset(answer: Answer<unknown>): void {
    clockOffsetMs = answer.clockOffsetMs ?? clockOffsetMs;
  }

  /** Stored a scan is, whatever can be read at this moment: it goes as one that waited then. */
  function isNothingElseWaiting(): boolean {
    try {
      return uploads.isSingle();
    } catch {
      return false;
    }
  }

  /** The server may be back: at once, whatever was waited for. */
  function tryNow(): Promise<void> {
    failures = 0;
    isWanted = isRunning;
    return pass();
  }

  every(MASTER_DATA_MS, () => masterData.makeDue());
  every(STOCK_MS, refreshWarehouses);
  refreshWarehouses();
  schedule(0);

  return {
    status: () => ({
      connection,
      isSyncing: isRunning,
      held: uploads.heldCount(),
      ...(lastSyncAt !== undefined && { lastSyncAt }),
      ...(lastError !== undefined && { lastError }),
      ...(nextSyncAt !== undefined && { nextSyncAt }),
      ...(clockOffsetMs !== undefined && { clockOffsetMs }),
    }),
    scanned(transactionId, isDecision = false) {
      if (connection !== 'online') return;
      if (isDecision || isNothingElseWaiting()) uploads.prompt(transactionId);
      void pass();
    },
    held: uploads.held,
    syncNow() {
      uploads.releaseHeld();
      return tryNow();
    },
    networkChanged(isOnline) {
      if (isOnline) {
        void tryNow();
        return;
      }
      connection = 'offline';
      uploads.forgetPrompt();
      onChange();
    },
    refreshStock() {
      refreshWarehouses();
      if (connection === 'online') void pass();
    },
    enrolled() {
      masterData.makeDue();
      restartWarehouses();
      void tryNow();
    },
    heard(answer) {
      noteOffset(answer);
      if (answer.kind === 'answered' && connection !== 'online') void tryNow();
    },
    stop() {
      isStopped = true;
      cancelPass();
      for (const cancel of cancels) cancel();
    },
  };
}

function isAboutKey(status: number): boolean {
  return status === 401 || status === 403;
}

/** In the server's words. */
function detailOf(answer: Trouble): string {
  return answer.kind === 'refused' ? (answer.problem.detail ?? answer.problem.title) : answer.detail;
}

function connectionAfter(answer: Trouble): Connection {
  if (answer.kind === 'no-answer') return 'offline';
  return answer.kind === 'refused' && isAboutKey(answer.problem.status) ? 'key-refused' : 'server-failing';
}
