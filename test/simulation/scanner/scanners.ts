import type { Aisles } from '../aisles.ts';
import { WAREHOUSES } from '../layout.ts';
import { type Scanner, type ScannerParts, startScanner } from './scanner.ts';
import type { Supply } from './scans.ts';

const SCANNERS = 12;
/** Turns in which a scanner begins to count a location: in most runs few, in some the orders always meet one. */
const COUNTS_A_TURN = [0.005, 0.005, 0.005, 0.02, 0.1];
/**
 * Scans that a scanner gathers before it comes by the Wi-Fi: one is online, another uploads what it scanned in a shift. At most a
 * fiftieth of the run, so that a short one has uploads, too.
 */
const GATHERS = [1, 12, 100, 100];
const SCARCE: Supply = { mostReceived: 9, counted: [0, 40] };
const PLENTY: Supply = { mostReceived: 40, counted: [30, 120] };
/** In some runs orders always wait for stock, which comes a few pieces at a time and is taken back; in most there is enough. */
const SUPPLIES = [SCARCE, PLENTY, PLENTY, PLENTY, PLENTY];

export type ScannersParts = Omit<ScannerParts, 'countsATurn' | 'gathers' | 'supply'> & {
  readonly aisles: Aisles;
  /** Scans of the run. */
  readonly events: number;
};

/** The scanners of a run, spread over its warehouses. */
export function startScanners({ events, ...parts }: ScannersParts): Scanner[] {
  const { chance } = parts.world;
  const common = {
    ...parts,
    countsATurn: chance.stream('counts').oneOf(COUNTS_A_TURN),
    gathers: GATHERS.map((scans) => Math.max(1, Math.min(scans, Math.floor(events / 50)))),
    supply: chance.stream('supply').oneOf(SUPPLIES),
  };
  return Array.from({ length: SCANNERS }, (_, index) => {
    const warehouseId = WAREHOUSES[index % WAREHOUSES.length] ?? WAREHOUSES[0];
    return startScanner(common, `SCANNER-${String(index + 1).padStart(2, '0')}`, warehouseId);
  });
}
