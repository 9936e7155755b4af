import { setTimeout as sleep } from 'node:timers/promises';
import type { Device } from '../../apps/scanner/core/device.ts';
import type { KnownStock } from '../../apps/scanner/core/scanner-device.ts';
import { type Finding, findingAbout } from '../chaos/checks/finding.ts';
import type { Handheld } from './handheld.ts';
import { type Aisle, WAREHOUSE } from './layout.ts';
import { positionText, type WmsBooks } from './wms-books.ts';

/** Of the machine. */
const ASK_AGAIN_MS = 50;
const MOST_ATTEMPTS = 200;

/** Once nothing waits, a device that asks shows what the WMS has in its aisle. */
export async function checkKnownStock(
  handheld: Handheld,
  { locations }: Aisle,
  { onHand }: WmsBooks,
): Promise<Finding[]> {
  const { device } = await handheld.running();
  const wrong: string[] = [];
  for (const locationId of locations) {
    const positions = await livePositions(device, locationId);
    const shown = new Map(positions.map((one) => [positionText(one), one.onHand + one.waiting]));
    const there = [...onHand.keys()].filter((name) => name.split('|')[2] === locationId);
    for (const name of new Set([...shown.keys(), ...there]))
      if (shown.get(name) !== onHand.get(name))
        wrong.push(
          `${handheld.scannerId} shows ${shown.get(name)} at ${name}, the WMS has ${onHand.get(name)}`,
        );
  }
  return findingAbout('wrong', 'positions that a device shows otherwise', wrong);
}

/** A person waits three seconds for the WMS, which at the speed of a fleet is soon over: asks until it has answered. */
async function livePositions(device: Device, locationId: string): Promise<KnownStock['positions']> {
  for (let attempt = 1; ; attempt += 1) {
    await device.syncNow();
    const { positions, isLive } = await device.stock({ warehouseId: WAREHOUSE, locationId });
    if (isLive || attempt === MOST_ATTEMPTS) return positions;
    await sleep(ASK_AGAIN_MS);
  }
}
