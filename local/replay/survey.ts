import { movementOf } from './movement.ts';
import { type RowRange, readRetailRows } from './retail-row.ts';
import { DOCK, PICK_LOCATIONS, WAREHOUSES } from './warehouse-layout.ts';

/** What a file holds, seen before it is played. */
export type Survey = {
  lines: number;
  /** Date of the last line, milliseconds. */
  lastDate: number;
  /** The goods and the first description of each that is not empty. */
  items: { itemId: string; description?: string }[];
};

/** Reads a file once, in memory that grows with the number of items only. */
export async function surveyOf(file: string, range?: RowRange): Promise<Survey> {
  const descriptions = new Map<string, string>();
  let lines = 0;
  let lastDate = 0;
  for await (const row of readRetailRows(file, range)) {
    lines += 1;
    lastDate = Math.max(lastDate, row.date);
    const movement = movementOf(row);
    if (movement.kind === 'skipped') continue;
    const known = descriptions.get(movement.itemId);
    if (known === undefined || (known === '' && row.description !== ''))
      descriptions.set(movement.itemId, row.description);
  }
  const items = [...descriptions].map(([itemId, description]) => ({
    itemId,
    ...(description && { description }),
  }));
  return { lines, lastDate, items };
}

/** Dock and pick locations of all warehouses. */
export function allLocations(): { warehouseId: string; locationId: string }[] {
  return WAREHOUSES.flatMap((warehouseId) =>
    [DOCK, ...PICK_LOCATIONS].map((locationId) => ({ warehouseId, locationId })),
  );
}

/** What to add to the dates of the file so that the last line happened just before now. Both are milliseconds UTC. */
export function shiftToNow({ lastDate }: Survey, now: number): number {
  const margin = 60_000;
  return now - margin - lastDate;
}
