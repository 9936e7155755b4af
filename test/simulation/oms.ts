import { cancelLine, cancelOrder } from '../../shared/allocation/cancel.ts';
import { placeOrder } from '../../shared/allocation/place-order.ts';
import { canonicalHash } from '../../shared/canonical-hash.ts';
import { type AllocationOrder, allocationOrderSchema } from '../../shared/contracts/allocation.ts';
import type { Chance } from './chance.ts';
import type { Api, Cloud } from './cloud/cloud.ts';
import type { Faults } from './faults.ts';
import { ITEMS, WAREHOUSES } from './layout.ts';
import { startProcess } from './process.ts';
import type { World } from './world.ts';

/** An order management system: it orders, asks again where nobody answered, and takes orders back. */
export type Oms = {
  /** Lines ordered so far. */
  lines(): number;
  /** Calls that were not answered yet. */
  waiting(): number;
};

export type OmsParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly cloud: Cloud;
  /** Asked before every order, with the lines ordered so far. */
  readonly mayOrder: (lines: number) => boolean;
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

/** A call that was not answered by then is made again. Milliseconds. */
const PATIENCE_MS = 20_000;
/** An order is taken back within so many milliseconds, if at all. */
const CANCELLED_WITHIN_MS = 600_000;

type Ask = (api: Api) => Promise<unknown>;

export function startOms({ world, faults, cloud, mayOrder, turnMs }: OmsParts): Oms {
  const chance = world.chance.stream('OMS');
  const oms = startProcess(world, 'OMS');
  let lines = 0;
  let orders = 0;
  let waiting = 0;

  /** Until it is answered. */
  async function ask(call: Ask): Promise<void> {
    waiting += 1;
    while (!(await once(call))) await oms.runtime.sleep(chance.between(1_000, 10_000));
    waiting -= 1;
  }

  async function once(call: Ask): Promise<boolean> {
    const api = cloud.api();
    if (!api) return false;
    if (faults.happens('upload-lost')) return false;
    const answer = await oms.runtime.within(
      call(api).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && error.name === 'StoreUnavailable') return false;
          throw error;
        },
      ),
      PATIENCE_MS,
    );
    return answer === true && !faults.happens('upload-answer-lost');
  }

  function order(): void {
    orders += 1;
    const orderId = `ORDER-${orders}`;
    const body = someOrder(chance);
    lines += body.lines.length;
    world.note(() => ({ entities: [orderId], text: `OMS: ${orderId} is ordered: ${JSON.stringify(body)}` }));
    world.spawn(() =>
      ask(({ ports }) => placeOrder({ ...body, orderId, bodyHash: canonicalHash(body) }, ports)),
    );
    if (!chance.happens(0.15)) return;
    const lineId = chance.happens(0.5) ? body.lines[0]?.lineId : undefined;
    world.schedule(chance.between(1, CANCELLED_WITHIN_MS), 'the OMS takes something back', () => {
      world.note(() => ({
        entities: [orderId],
        text: `OMS: ${lineId ?? 'all'} of ${orderId} is taken back`,
      }));
      world.spawn(() =>
        ask(({ ports }) =>
          lineId === undefined ? cancelOrder(orderId, ports) : cancelLine(orderId, lineId, ports),
        ),
      );
    });
  }

  const turn = () => {
    while (mayOrder(lines)) order();
    oms.after(chance.between(1, turnMs), 'the OMS turns', turn);
  };
  turn();
  return { lines: () => lines, waiting: () => waiting };
}

function someOrder(chance: Chance): AllocationOrder {
  const allOrNothing = chance.happens(0.15);
  return allocationOrderSchema.parse({
    allOrNothing,
    lines: Array.from({ length: chance.between(1, 3) }, (_, index) => ({
      lineId: `L${index + 1}`,
      itemId: (ITEMS[Math.floor(chance.next() ** 2 * ITEMS.length)] ?? chance.oneOf(ITEMS)).itemId,
      quantity: chance.between(1, 60),
      priority: chance.happens(0.2) ? chance.between(1, 3) : 0,
      ...(chance.happens(0.2) && { allowSplit: false }),
      ...(chance.happens(0.15) && { allowBackorder: false }),
      ...(chance.happens(0.2) && { allowedWarehouses: [chance.oneOf(WAREHOUSES)] }),
      ...(chance.happens(0.2) && { preferredWarehouses: [chance.oneOf(WAREHOUSES)] }),
    })),
  });
}
