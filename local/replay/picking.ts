import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterClient, TransactionResult, WmsPosition } from './adapter-client.ts';
import { uuidOf } from './hash.ts';
import type { WarehouseTransaction } from './transactions.ts';
import { DOCK, pickerOf } from './warehouse-layout.ts';

/** Pieces that a warehouse has confirmed for an order and that nobody has picked yet. */
export type PickTask = {
  orderId: string;
  allocationId: string;
  itemId: string;
  warehouseId: string;
  quantity: number;
  /** Pieces of the allocation picked before. */
  after: number;
};

export type PickingOptions = {
  client: Pick<AdapterClient, 'positionsOf'>;
  /** Books picks; see `Session.post`. */
  post: (picks: WarehouseTransaction[]) => Promise<TransactionResult[]>;
  signal: AbortSignal;
};

/** How long a picker waits for goods that are on their way from the dock, and how often he looks. Milliseconds. */
const PUT_AWAY_TAKES = 2_000;
const LOOK_EVERY = 100;

/**
 * Picks what was confirmed from where it stands, oldest lot first. What is not there is given back by a short close. The
 * pickers of one item go one after the other, so that no two reach for the same pieces.
 *
 * @returns a function that resolves to the pieces picked
 */
export function createPicking({ client, post, signal }: PickingOptions): (task: PickTask) => Promise<number> {
  const lastOf = new Map<string, Promise<unknown>>();
  const sequences = new Map<string, number>();

  async function pick(task: PickTask): Promise<number> {
    const takes = takeFrom(await shelvesFor(task), task.quantity);
    const taken = takes.reduce((sum, { quantity }) => sum + quantity, 0);
    if (taken === 0) return 0;
    await post(takes.map((take, index) => pickOf(task, take, index, index === takes.length - 1 && taken)));
    return taken;
  }

  /** The positions to pick from: those on shelves, and the dock when the shelves do not have it for a while. */
  async function shelvesFor({ itemId, warehouseId, quantity }: PickTask): Promise<WmsPosition[]> {
    const deadline = performance.now() + PUT_AWAY_TAKES;
    for (;;) {
      const positions = await client.positionsOf(itemId, warehouseId);
      const shelves = positions.filter(({ locationId, onHand }) => locationId !== DOCK && onHand > 0);
      if (shelves.reduce((sum, { onHand }) => sum + onHand, 0) >= quantity) return shelves;
      if (performance.now() > deadline) {
        return [...shelves, ...positions.filter(({ locationId }) => locationId === DOCK)];
      }
      await sleep(LOOK_EVERY, undefined, { signal });
    }
  }

  /** `taken`, on the last pick: the pieces of all of them, which are the last when they are too few. */
  function pickOf(task: PickTask, take: Take, index: number, taken: number | false): WarehouseTransaction {
    const { orderId, allocationId, itemId, warehouseId } = task;
    const picker = pickerOf(warehouseId, orderId);
    const sequence = (sequences.get(picker.scannerId) ?? 0) + 1;
    sequences.set(picker.scannerId, sequence);
    return {
      transactionId: uuidOf(`${allocationId}|${task.after}|${index}`),
      type: 'pick',
      ...{ itemId, warehouseId, orderId, allocationId },
      locationId: take.locationId,
      ...(take.lotNumber === null ? {} : { lotNumber: take.lotNumber }),
      quantity: take.quantity,
      ...(taken !== false && taken < task.quantity ? { closesAllocation: true } : {}),
      scannedAt: new Date().toISOString(),
      ...{ ...picker, sequence },
    };
  }

  return (task) => {
    const shelf = `${task.warehouseId}|${task.itemId}`;
    const before = lastOf.get(shelf) ?? Promise.resolve();
    const done = before.then(() => pick(task));
    // Who comes next does not fail with this one.
    const over: Promise<void> = done
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (lastOf.get(shelf) === over) lastOf.delete(shelf);
      });
    lastOf.set(shelf, over);
    return done;
  };
}

type Take = { locationId: string; lotNumber: string | null; quantity: number };

function takeFrom(positions: readonly WmsPosition[], quantity: number): Take[] {
  const oldestFirst = [...positions].sort((a, b) => ((a.lotNumber ?? '') < (b.lotNumber ?? '') ? -1 : 1));
  const takes: Take[] = [];
  let open = quantity;
  for (const { locationId, lotNumber, onHand } of oldestFirst) {
    const here = Math.min(open, onHand);
    if (here > 0) takes.push({ locationId, lotNumber, quantity: here });
    open -= Math.max(here, 0);
  }
  return takes;
}
