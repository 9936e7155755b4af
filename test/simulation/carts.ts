import { orderHold } from '../../shared/allocation/hold-order.ts';
import { extendHold, type HoldOutcome, keepHold, releaseHold } from '../../shared/allocation/holds.ts';
import { canonicalHash } from '../../shared/canonical-hash.ts';
import {
  type Hold,
  type HoldState,
  holdSchema,
  type OrderAllocation,
} from '../../shared/contracts/allocation.ts';
import type { Caller } from './caller.ts';
import type { Chance } from './chance.ts';
import { Violation } from './invariants/violation.ts';
import type { Process } from './process.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

export type CartParts = {
  readonly world: World;
  readonly chance: Chance;
  readonly caller: Caller;
  readonly process: Process;
  readonly tally: Tally;
  /** Told of the order that a cart became. */
  readonly onOrder: (orderId: string) => void;
  /** The id of an order of its own, where one was answered already. */
  readonly someOrderId: () => string | undefined;
};

const SHORTEST_S = 5;
const LONGEST_S = 3_600;
/** Whoever meets the end of a cart's time comes so much before or after it. Milliseconds. */
const AROUND_THE_END_MS = 1_500;

type Cart = {
  readonly holdId: string;
  /** Until when it lives, as the OMS was told. Milliseconds UTC. */
  toldUntil: number;
  /** Whether something was asked that ends it. */
  isAskedAway: boolean;
  becameOrderId: string | undefined;
};

/** A cart: filled, extended or not, then ordered, given back or left behind. What it is told must be true. @throws {Violation} */
export async function shop(holdId: string, lines: Hold['lines'], parts: CartParts): Promise<void> {
  const { world, chance, caller, tally } = parts;
  const body = holdSchema.parse({ lines, expiresInSeconds: someSeconds(chance) });
  world.note(() => ({ entities: [holdId], text: `OMS: ${holdId} is filled: ${JSON.stringify(body)}` }));
  const kept = await caller.ask(({ ports }) =>
    keepHold({ ...body, holdId, bodyHash: canonicalHash(body) }, ports),
  );
  if (kept.status === 'other-body')
    throw new Violation('The same cart asked for again is the same cart', `${holdId} has another body`, [
      holdId,
    ]);
  const cart: Cart = { holdId, toldUntil: 0, isAskedAway: false, becameOrderId: undefined };
  hear(cart, kept, parts);
  while (chance.happens(0.3)) await extend(cart, parts);
  const fate = chance.next();
  if (fate < 0.35) {
    tally.add('carts left behind');
    return;
  }
  await parts.process.runtime.sleep(someWait(cart, parts));
  if (fate < 0.5) await giveBack(cart, parts);
  else await order(cart, parts);
}

async function extend(cart: Cart, parts: CartParts): Promise<void> {
  const { chance, caller, process, tally, world } = parts;
  await process.runtime.sleep(someWait(cart, parts));
  const seconds = someSeconds(chance);
  const asked = world.now();
  const extended = await caller.ask(({ ports }) => extendHold(cart.holdId, seconds, ports));
  if (!extended) throw unknown(cart);
  hear(cart, extended, parts);
  tally.add(extended.status === 'kept' ? 'carts extended' : 'carts extended too late');
  if (extended.status === 'kept' && Date.parse(extended.state.expiresAt) < asked + seconds * 1_000)
    throw new Violation(
      'An extension that is granted lasts as long as was asked',
      `${cart.holdId} was extended by ${seconds} s at ${new Date(asked).toISOString()}, and lives until ${extended.state.expiresAt}`,
      [cart.holdId],
    );
}

async function giveBack(cart: Cart, parts: CartParts): Promise<void> {
  cart.isAskedAway = true;
  const released = await parts.caller.ask(({ ports }) => releaseHold(cart.holdId, ports));
  if (!released) throw unknown(cart);
  parts.tally.add(`carts ${released.state.status}, when given back`);
  if (released.status === 'kept' && released.state.lines.some(({ held }) => held > 0))
    throw new Violation(
      'A cart that was given back holds nothing',
      `${cart.holdId}: ${JSON.stringify(released.state)}`,
      [cart.holdId],
    );
}

/** Some are ordered by two at once, and some under the id of another order first. */
async function order(cart: Cart, parts: CartParts): Promise<void> {
  const { chance, tally } = parts;
  const taken = chance.happens(0.1) ? parts.someOrderId() : undefined;
  if (taken !== undefined) {
    await orderAs(cart, taken, parts, 'order-exists');
    tally.add('carts ordered under the id of another order');
  }
  const own = `ORDER-OF-${cart.holdId}`;
  const ids = chance.happens(0.2) ? [own, `${own}-TWICE`] : [own];
  const isContested = ids.length > 1;
  if (isContested) tally.add('carts ordered twice');
  await Promise.all(ids.map((orderId) => orderAs(cart, orderId, parts, isContested ? undefined : 'ordered')));
}

/** @param expected what has to come of it while the cart lives; undefined where another may come first */
async function orderAs(
  cart: Cart,
  orderId: string,
  { caller, world, onOrder, tally }: CartParts,
  expected: 'ordered' | 'order-exists' | undefined,
): Promise<void> {
  const { holdId } = cart;
  world.note(() => ({ entities: [holdId, orderId], text: `OMS: ${holdId} is ordered as ${orderId}` }));
  const made = await caller.ask(({ ports }) => orderHold(holdId, orderId, ports));
  if (!made) throw unknown(cart);
  if (made.status === 'ordered') hearOrder(cart, made.order, tally);
  if (made.status === 'ordered') onOrder(orderId);
  if (made.status === 'ended') tally.add('carts ordered too late');
  if (expected !== undefined && made.status !== expected && world.now() < cart.toldUntil)
    throw new Violation(
      'A cart that lives becomes the order that is asked for',
      `${holdId} lives until ${new Date(cart.toldUntil).toISOString()}, but to be ${orderId} was answered ${made.status}`,
      [holdId, orderId],
    );
}

function hearOrder(cart: Cart, { orderId }: OrderAllocation, tally: Tally): void {
  if (cart.becameOrderId !== undefined && cart.becameOrderId !== orderId)
    throw new Violation(
      'A cart becomes one order',
      `${cart.holdId} became ${cart.becameOrderId} and ${orderId}`,
      [cart.holdId],
    );
  cart.becameOrderId = orderId;
  tally.add('carts that became orders');
}

/** @throws {Violation} when it has ended before the time that was told */
function hear(
  cart: Cart,
  { status, state }: { readonly status: HoldOutcome['status'] | 'created'; readonly state: HoldState },
  { world }: CartParts,
): void {
  if (status === 'ended' && !cart.isAskedAway && world.now() < cart.toldUntil)
    throw new Violation(
      'A cart lives as long as it was told',
      `${cart.holdId} is ${state.status}, and was to live until ${new Date(cart.toldUntil).toISOString()}`,
      [cart.holdId],
    );
  if (status !== 'ended') cart.toldUntil = Math.max(cart.toldUntil, Date.parse(state.expiresAt));
}

/** Of minutes and seconds one as often as the other. */
function someSeconds(chance: Chance): number {
  return Math.round(SHORTEST_S * (LONGEST_S / SHORTEST_S) ** chance.next());
}

/** Until some time while it lives, or just when it ends. Milliseconds. */
function someWait(cart: Cart, { chance, world }: CartParts): number {
  const left = Math.max(cart.toldUntil - world.now(), 0);
  if (chance.happens(0.6)) return chance.below(left + 1);
  return Math.max(left + chance.between(-AROUND_THE_END_MS, AROUND_THE_END_MS), 1);
}

function unknown({ holdId }: Cart): Violation {
  return new Violation('A cart that was asked for is known', `${holdId} is not`, [holdId]);
}
