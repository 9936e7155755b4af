import type { AdapterClient, Answer } from './adapter-client.ts';
import { counting } from './counting.ts';
import { keptForms } from './kept-form.ts';
import { knownRecounts } from './known-recounts.ts';
import { knownPickList, knownStock } from './known-stock.ts';
import { signInsMakingRoom, toldMakingRoom } from './making-room.ts';
import { type DerivePin, derivePin } from './pin-verifier.ts';
import { readCode } from './read-code.ts';
import type { StoredScan } from './scan.ts';
import type { DeviceCard, DeviceStatus, EnrolmentAnswer, ScannerDevice } from './scanner-device.ts';
import { startScanning } from './scanning.ts';
import { signIn } from './sign-in.ts';
import { type Cancel, type SyncParts, startSync } from './sync.ts';
import { trustedTime } from './trusted-time.ts';
import { within } from './within.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long scans are kept that are synced: a month, or a week where there are very many. */
const KEPT_DAYS = 30;
const KEPT_DAYS_OF_MANY = 7;
const MANY = 20_000;
const STORAGE_MS = 60_000;
/** How often it is written down how late it is. */
const TIME_MS = 60_000;
/** What changed is told so much later: a page that draws it at once has to draw what came of a scan later. */
const TELL_MS = 50;

export type DeviceParts = Omit<SyncParts, 'onChange'> & {
  /** A UUID that there was never before, in lower case. */
  readonly newId: () => string;
  /** What is used and granted of the storage, where somebody knows. */
  readonly storageRoom?: () => Promise<DeviceStatus['storage']>;
  readonly derive?: DerivePin;
};

/** A device, and what whoever runs it tells it. */
export type Device = ScannerDevice & {
  /** What the browser says of the network. */
  networkChanged(isOnline: boolean): void;
  /** Nothing is called or written afterwards. The store stays open; what is under way is forgotten, as after a crash. */
  close(): void;
};

/** Opens the device that a store holds: what waits is uploaded from now on, and whoever was signed in still is. */
export function openDevice(parts: DeviceParts): Device {
  const { store, client, clock, after, newId, log, derive = derivePin } = parts;
  const listeners = new Set<(status: DeviceStatus) => void>();
  let isClosed = false;
  let isTelling = false;
  let storage: DeviceStatus['storage'];
  const now = () => clock.read().wall;
  const time = trustedTime(clock, store);
  const sync = startSync({ ...parts, onChange: changed });
  const scanning = startScanning({
    store,
    clock,
    time,
    newId,
    onQueued(transactionId, isDecision) {
      sync.scanned(transactionId, isDecision);
      changed();
    },
  });
  const asking = askingClient(client, (answer) => {
    // Whoever asked gets no answer any more, and so writes nothing.
    if (isClosed) throw new Error('This device is closed');
    sync.heard(answer);
  });
  const common = {
    store,
    client: asking,
    isOffline: () => sync.status().connection === 'offline',
    within: <Result>(work: Promise<Result>, ms: number) => within(after, work, ms),
  };
  const signIns = signInsMakingRoom(store);
  const stockParts = { ...common, store: toldMakingRoom(store), now: () => new Date(now()).toISOString() };

  function status(): DeviceStatus {
    const enrolment = store.enrolment();
    const user = store.session();
    const { items, locations, syncedAt } = store.masterData();
    return {
      ...(enrolment && {
        device: { scannerId: enrolment.scannerId, warehouseIds: enrolment.warehouseIds },
      }),
      ...(user && { user, signInLeftMs: Date.parse(user.validUntil) - time.now() }),
      ...store.backlog(),
      ...sync.status(),
      masterData: { items, locations, ...(syncedAt !== undefined && { syncedAt }) },
      ...(storage && { storage }),
    };
  }

  /** Tells once what changed in one go. */
  function changed(): void {
    if (isTelling || listeners.size === 0) return;
    isTelling = true;
    after(TELL_MS, () => {
      isTelling = false;
      if (isClosed) return;
      const told = status();
      for (const listener of listeners) listener(told);
      // Nobody waits for a scan to be stored now, a moment after one was.
      store.keepLogShort();
    });
  }

  /** The scans of a device are taken under its name only: it becomes no other one before they are settled. */
  function unsettledOfOther(card: DeviceCard): EnrolmentAnswer | undefined {
    const before = store.enrolment();
    const { queued, refused } = store.backlog().counts;
    if (before === undefined || before.scannerId === card.scannerId || queued + refused === 0)
      return undefined;
    return { kind: 'unsettled', scannerId: before.scannerId, scans: queued + refused };
  }

  async function enrol(card: DeviceCard): Promise<EnrolmentAnswer> {
    const unsettled = unsettledOfOther(card);
    if (unsettled) return unsettled;
    const answer = await asking.enrol(card);
    if (answer.kind === 'refused') return { kind: 'refused', problem: answer.problem };
    if (answer.kind !== 'answered') return { kind: 'no-answer', trouble: answer };
    const scannedMeanwhile = unsettledOfOther(card);
    if (scannedMeanwhile) return scannedMeanwhile;
    const { warehouseIds, scannerId } = answer.body;
    // Where a card without a key is taken, everybody may be any device (development).
    if (card.key !== undefined && scannerId !== card.scannerId)
      return { kind: 'other-key', ...(scannerId !== undefined && { scannerId }) };
    store.enrol({ ...card, warehouseIds });
    sync.enrolled();
    changed();
    return { kind: 'enrolled', warehouseIds };
  }

  function withHold(scan: StoredScan): StoredScan {
    const held = scan.state === 'queued' ? sync.held(scan.transaction.transactionId) : undefined;
    return held ? { ...scan, held } : scan;
  }

  function purge(): void {
    const days = store.backlog().counts.synced > MANY ? KEPT_DAYS_OF_MANY : KEPT_DAYS;
    store.purgeSynced(new Date(now() - days * DAY_MS).toISOString());
  }

  async function lookAtStorage(): Promise<void> {
    storage = await parts.storageRoom?.();
    changed();
  }

  const timers = new Map<() => void | Promise<void>, Cancel>();

  /** Now, and then every so many milliseconds. */
  function regularly(ms: number, work: () => void | Promise<void>): void {
    Promise.resolve()
      .then(() => (isClosed ? undefined : work()))
      .catch((error: unknown) => log(String(error)));
    timers.set(
      work,
      after(ms, () => regularly(ms, work)),
    );
  }

  regularly(HOUR_MS, purge);
  regularly(TIME_MS, time.keep);
  if (parts.storageRoom) regularly(STORAGE_MS, lookAtStorage);

  return {
    async watch(listener) {
      listeners.add(listener);
      listener(status());
    },
    enrol,
    async signIn(badge, pin) {
      const answer = await signIn({ ...common, store: signIns, time, derive }, badge, pin);
      if (answer.kind === 'signed-in') sync.refreshStock();
      changed();
      return answer;
    },
    async signOut() {
      signIns.putSession(undefined);
      changed();
    },
    async read(code) {
      const mine = store.session()?.warehouseIds ?? store.enrolment()?.warehouseIds ?? [];
      const meaning = readCode(code, store, mine, new Date(now()).toISOString().slice(0, 10));
      scanning.learn(meaning);
      return meaning;
    },
    check: async (scan) => scanning.check(scan),
    submit: async (transactionId, scan, sure = false) => scanning.submit(transactionId, scan, sure),
    ...keptForms({ store, time, scanning }),
    scans: async (query) => store.scans(query).map(withHold),
    async decide(transactionId, decision) {
      const answer = scanning.decide(transactionId, decision);
      changed();
      return answer;
    },
    syncNow: () => sync.syncNow(),
    stock: (query) => knownStock(stockParts, query),
    pickList: (warehouseId) => knownPickList(stockParts, warehouseId),
    recounts: (warehouseId) => knownRecounts(stockParts, warehouseId),
    ...counting({ ...common, clockOffsetMs: () => sync.status().clockOffsetMs ?? 0, now }),
    networkChanged: (isOnline) => sync.networkChanged(isOnline),
    close() {
      isClosed = true;
      listeners.clear();
      for (const cancel of timers.values()) cancel();
      sync.stop();
    },
  };
}

/** The client of calls that a person waits for; `heard` is told each answer before the one who asked. */
function askingClient(client: AdapterClient, heard: (answer: Answer<unknown>) => void): AdapterClient {
  async function asked<Body>(call: Promise<Answer<Body>>): Promise<Answer<Body>> {
    const answer = await call;
    heard(answer);
    return answer;
  }
  return {
    post: (transactions, number) => asked(client.post(transactions, number)),
    masterData: (version, mark) => asked(client.masterData(version, mark)),
    positions: (query) => asked(client.positions(query)),
    pickList: (warehouseId, page) => asked(client.pickList(warehouseId, page)),
    recountTasks: (warehouseId, page) => asked(client.recountTasks(warehouseId, page)),
    enrol: (card) => asked(client.enrol(card)),
    signIn: (badge, pin) => asked(client.signIn(badge, pin)),
    takeLock: (wanted) => asked(client.takeLock(wanted)),
    extendLock: (lockId, scannerId) => asked(client.extendLock(lockId, scannerId)),
    releaseLock: (lockId) => asked(client.releaseLock(lockId)),
    takeOverLock: (lockId, by) => asked(client.takeOverLock(lockId, by)),
  };
}
