import { type Finding, findingAbout } from '../chaos/checks/finding.ts';
import type { Handheld } from './handheld.ts';
import { type Aisle, WAREHOUSE } from './layout.ts';
import { positionText, type WmsBooks } from './wms-books.ts';

/** Once nothing waits, a device that asks shows what the WMS has in its aisle. */
export async function checkKnownStock(
  handheld: Handheld,
  { locations }: Aisle,
  { onHand }: WmsBooks,
): Promise<Finding[]> {
  const { device } = await handheld.running();
  const wrong: string[] = [];
  for (const locationId of locations) {
    const { positions } = await device.stock({ warehouseId: WAREHOUSE, locationId });
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
