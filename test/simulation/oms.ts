import { cancelLine, cancelOrder } from '../../shared/allocation/cancel.ts';
import { placeOrder } from '../../shared/allocation/place-order.ts';
import { canonicalHash } from '../../shared/canonical-hash.ts';
import { type AllocationOrder, allocationOrderSchema } from '../../shared/contracts/allocation.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { shop } from './carts.ts';
import type { Chance } from './chance.ts';
import type { Api } from './cloud/cloud.ts';
import { ITEMS, WAREHOUSES } from './layout.ts';
import { startProcess } from './process.ts';

/** An order management system: it orders, asks again where nobody answered, and takes orders back. */
export type Oms = {
  /** Lines ordered so far. */
  lines(): number;
  /** Calls that were not answered yet, and carts that somebody is busy with. */
  waiting(): number;
};

export type OmsParts = CallerParts & {
  /** Asked before every order, with the lines ordered so far. */
  readonly mayOrder: (lines: number) => boolean;
};

/** Orders that begin as a cart. */
const BY_CART = 0.25;
const TAKEN_BACK = 0.15;
/** Calls that are not repeated, though nobody answered. */
const GIVES_UP = 0.3;
/** An order is taken back within so many milliseconds, if at all. */
const CANCELLED_WITHIN_MS = 600_000;

export function startOms({ world, faults, cloud, tally, mayOrder, turnMs }: OmsParts): Oms {
  const chance = world.chance.stream('OMS');
  const patience = world.chance.stream('patience of the OMS');
  const oms = startProcess(world, 'OMS');
  const caller = callerOf(oms, chance, faults, cloud);
  /** Orders that were answered. */
  const placed: string[] = [];
  let orders = 0;
  let lines = 0;
  let carts = 0;
  let shopping = 0;

  function order(): void {
    const body = someOrder(chance);
    lines += body.lines.length;
    if (chance.happens(BY_CART)) beginCart(body.lines.slice(0, 2));
    else placeAtOnce(body);
  }

  /** Now and then nobody asks again where no answer came. */
  function askOrGiveUp<Answer>(call: (api: Api) => Promise<Answer>): Promise<Answer | undefined> {
    return patience.happens(GIVES_UP) ? caller.askOnce(call) : caller.ask(call);
  }

  function placeAtOnce(body: AllocationOrder): void {
    orders += 1;
    const orderId = `ORDER-${orders}`;
    world.note(() => ({ entities: [orderId], text: `OMS: ${orderId} is ordered: ${JSON.stringify(body)}` }));
    world.spawn(async () => {
      const answer = await askOrGiveUp(({ ports }) =>
        placeOrder({ ...body, orderId, bodyHash: canonicalHash(body) }, ports),
      );
      if (answer) placed.push(orderId);
    });
    takeBackLater(orderId, chance.happens(0.5) ? body.lines[0]?.lineId : undefined);
  }

  function beginCart(content: AllocationOrder['lines']): void {
    carts += 1;
    shopping += 1;
    const holdId = `CART-${carts}`;
    const parts = {
      ...{ world, caller, tally, process: oms, chance: chance.stream(holdId) },
      onOrder: (orderId: string) => takeBackLater(orderId, undefined),
      someOrderId: () => (placed.length > 0 ? chance.oneOf(placed) : undefined),
    };
    world.spawn(async () => {
      await shop(holdId, content, parts);
      shopping -= 1;
    });
  }

  /** Now and then: a line, or all of it. */
  function takeBackLater(orderId: string, lineId: string | undefined): void {
    if (!chance.happens(TAKEN_BACK)) return;
    world.schedule(chance.between(1, CANCELLED_WITHIN_MS), 'the OMS takes something back', () => {
      world.note(() => ({
        entities: [orderId],
        text: `OMS: ${lineId ?? 'all'} of ${orderId} is taken back`,
      }));
      world.spawn(() =>
        askOrGiveUp(async ({ ports }) =>
          lineId === undefined ? cancelOrder(orderId, ports) : cancelLine(orderId, lineId, ports),
        ),
      );
    });
  }

  const turn = () => {
    while (mayOrder(lines)) order();
    if (!faults.areOver()) oms.after(chance.between(1, turnMs), 'the OMS turns', turn);
  };
  turn();
  return { lines: () => lines, waiting: () => caller.waiting() + shopping };
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
