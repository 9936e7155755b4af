import { signal } from '@preact/signals';
import type { Item } from '../../../shared/contracts/master-data.ts';
import { ask } from './state.ts';

const known = signal<ReadonlyMap<string, Item | undefined>>(new Map());
const asked = new Set<string>();

/** What an item is called, or its id until that is known. To be called while a screen is drawn, which is drawn again then. */
export function itemName(itemId: string): string {
  if (!asked.has(itemId)) void load(itemId);
  return known.value.get(itemId)?.description || itemId;
}

/** An item as the master data have it; only its id where they do not. */
export async function itemOf(itemId: string): Promise<Item> {
  await load(itemId);
  return known.value.get(itemId) ?? { itemId };
}

export function nameOf({ description, itemId }: Item): string {
  return description || itemId;
}

async function load(itemId: string): Promise<void> {
  asked.add(itemId);
  const meaning = await ask((device) => device.read(itemId));
  const item = meaning?.items.find((one) => one.itemId === itemId);
  // What the master data do not hold yet is asked again.
  if (item === undefined) asked.delete(itemId);
  else known.value = new Map([...known.value, [itemId, item]]);
}
