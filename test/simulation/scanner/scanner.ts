import type { Device } from '../../../apps/scanner/core/device.ts';
import type { DeviceStore } from '../../../apps/scanner/core/device-store.ts';
import type { ScanInput } from '../../../apps/scanner/core/scan.ts';
import type { Faults } from '../faults.ts';
import type { WatchedDeviceScans } from '../invariants/device-scans.ts';
import { SHELVES, type WarehouseId } from '../layout.ts';
import type { Mutations } from '../mutations.ts';
import { startProcess } from '../process.ts';
import type { Tally } from '../tally.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { World } from '../world.ts';
import { countLocation } from './count-location.ts';
import { startHandheld } from './handheld.ts';
import { scannerNetwork } from './network.ts';
import { workOffRed } from './red-scans.ts';
import { type ScansParts, someScan } from './scans.ts';
import { startWorkers } from './workers.ts';

/** Who scans with a handheld, and the handheld. */
export type Scanner = {
  readonly scannerId: string;
  /** Scans that wait, for the adapter or for a person. */
  waiting(): number;
  /** What the device has kept. */
  store(): DeviceStore;
  /** Works no more; what waits is still uploaded, and what is red worked off. */
  stop(): void;
};

export type ScannerParts = Pick<ScansParts, 'openAllocations' | 'deliveries' | 'aisles' | 'supply'> & {
  readonly world: World;
  readonly faults: Faults;
  readonly warehouse: Warehouse;
  /** Told of every scan that is stored, and what becomes of it. */
  readonly scans: WatchedDeviceScans;
  /** Asked before every scan; false when enough was scanned. */
  readonly mayScan: () => boolean;
  readonly mutations: Mutations;
  readonly tally: Tally;
  /** Turns in which it begins to count a location, of all. */
  readonly countsATurn: number;
  /** Scans that a scanner gathers where there is no Wi-Fi before it comes by where there is: one of these, each its own. */
  readonly gathers: readonly number[];
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

/** Milliseconds between two turns at most when only the queue is left. */
const CLEAR_TURN_MS = 8_000;
const SCANS_A_TURN = 12;
const HOUR_MS = 3_600_000;
/** Scans that are made after a look whether the one before turned green. */
const UNHURRIED = 0.4;
const LONGEST_LOOK_MS = 3_000;
/** Adjustments made of what the device says is there. */
const LOOKED_UP = 0.4;

export function startScanner(parts: ScannerParts, scannerId: string, warehouseId: WarehouseId): Scanner {
  const { world, faults, scans, mayScan, turnMs, aisles, tally } = parts;
  const chance = world.chance.stream(scannerId);
  const shelves = SHELVES.filter((shelf) => shelf.warehouseId === warehouseId);
  const { runtime } = startProcess(world, `who has ${scannerId}`);
  const gathered = chance.oneOf(parts.gathers);
  const here = { ...parts, scannerId, warehouseId, shelves };
  const network = scannerNetwork({
    ...{ ...here, isOffline, chance: chance.stream('network') },
    barWorkers: (ms) => workers.barAll(ms),
  });
  const handheld = startHandheld({ ...here, chance, runtime, network });
  const workers = startWorkers({ ...here, chance, handheld });
  const common = { ...here, chance, runtime, handheld };
  const queued = () => handheld.store().backlog().counts.queued;
  const refused = () => handheld.store().backlog().counts.refused;
  let offlineUntil = 0;
  /** Where there is never any Wi-Fi. */
  let isAway = false;
  /** What the device was told of the network last, and which one. */
  let told: { readonly device: Device; readonly isOffline: boolean } | undefined;
  let works = true;

  async function live(): Promise<void> {
    while (works || queued() + refused() > 0) {
      await runtime.sleep(chance.between(1, works ? turnMs : CLEAR_TURN_MS));
      if (works) sufferTurn();
      walk();
      handheld.wake();
      tellOfNetwork();
      await workers.signIn();
      if (refused() > 0 && workers.areSignedIn()) await workOffRed(common);
      if (!works || !isReady()) continue;
      await scanSome();
      if (chance.happens(parts.countsATurn)) count();
    }
    handheld.close();
  }

  function isOffline(): boolean {
    if (!works) return false;
    return isAway || world.now() < Math.max(offlineUntil, aisles.darkUntil(warehouseId));
  }

  function sufferTurn(): void {
    if (faults.happens('offline')) offlineUntil = world.now() + chance.between(60_000, 8 * HOUR_MS);
    if (faults.happens('clock-jump')) handheld.jump();
    if (faults.happens('restart')) handheld.restart();
    if (faults.happens('worker-barred')) workers.bar();
  }

  /** Who gathers comes by the Wi-Fi with so many scans, and stays until they are uploaded. */
  function walk(): void {
    if (gathered === 1 || !isReady()) isAway = false;
    else if (queued() === 0) isAway = true;
    else if (queued() >= gathered) isAway = false;
  }

  /** As the browser does. */
  function tellOfNetwork(): void {
    const now = { device: handheld.device(), isOffline: isOffline() };
    if (told?.device === now.device && told.isOffline === now.isOffline) return;
    told = now;
    now.device.networkChanged(!now.isOffline);
  }

  /** Before anything was loaded or anybody has signed in nothing can be scanned. */
  function isReady(): boolean {
    return handheld.store().masterData().version > 0 && workers.areSignedIn();
  }

  async function scanSome(): Promise<void> {
    for (let left = chance.between(1, SCANS_A_TURN); left > 0; left -= 1) {
      const scan = someScan(common);
      const seen = scan.type === 'adjustment' && chance.happens(LOOKED_UP) ? await lookUp(scan) : {};
      if (!mayScan()) return;
      const shelf = shelves.find((one) => one.itemId === scan.itemId && one.locationId === scan.locationId);
      if (shelf) aisles.scanned(shelf, scannerId);
      await submit({ ...scan, ...seen });
      if (gathered === 1 && chance.happens(UNHURRIED))
        await runtime.sleep(chance.between(200, LONGEST_LOOK_MS));
    }
  }

  async function submit(scan: ScanInput): Promise<void> {
    const transactionId = chance.uuid();
    const store = () => handheld.device().submit(transactionId, scan, true);
    const answer = await store();
    if (answer.kind !== 'stored') return tally.add('scans that a device did not take');
    scans.stored(answer.scan);
    if (!faults.happens('scanner-crash')) return;
    // Nobody saw that it is stored.
    handheld.restart();
    await store();
  }

  /** The version of the position that the screen shows. */
  async function lookUp({ itemId, locationId, lotNumber }: ScanInput): Promise<Partial<ScanInput>> {
    const stock = await handheld.shown((device) => device.stock({ itemId, warehouseId, locationId }));
    const position = stock?.positions.find((one) => one.lotNumber === lotNumber);
    return position ? { expectedVersion: position.version } : {};
  }

  /** Who counts does so where there is Wi-Fi, for the lock. */
  function count(): void {
    isAway = false;
    tellOfNetwork();
    const mayCount = () => works && isReady() && mayScan();
    if (!isOffline()) world.spawn(() => countLocation({ ...common, mayCount, submit }));
  }

  world.spawn(live);
  return {
    scannerId,
    waiting: () => queued() + refused(),
    store: handheld.store,
    stop: () => {
      works = false;
      workers.letIn();
    },
  };
}
