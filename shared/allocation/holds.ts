import type { Hold, HoldState } from '../contracts/allocation.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { endLine } from '../domain/settlement.ts';
import { expiryStart, type Orchestrations } from '../ports/orchestrations.ts';
import type { Order } from '../ports/order-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { changeOrder } from './change-order.ts';
import { finishOrder } from './hold-order.ts';
import { holdStateOf, lifeOf } from './hold-state.ts';
import { keyOf, orderLineOf, readLinesOf } from './orders.ts';

/** Stock kept for a cart. `bodyHash` tells the request from another one under the same id. */
export type HoldRequest = Hold & { readonly holdId: string; readonly bodyHash: string };

/** `ended`: it is no longer, or no longer a cart. */
export type HoldOutcome = { readonly status: 'kept' | 'ended'; readonly state: HoldState };

/** Nothing is started for these. */
type StatePorts = Omit<AllocationPorts, 'orchestrations'>;

/**
 * Keeps stock for a cart, as much of it as there is: its record first, then who ends it when its time is over, then the
 * pieces. A repeated request finishes what a crash left.
 *
 * @throws {StoreUnavailable}
 */
export async function keepHold(
  { holdId, bodyHash, lines, expiresInSeconds }: HoldRequest,
  ports: AllocationPorts,
): Promise<
  HoldOutcome | { readonly status: 'created'; readonly state: HoldState } | { readonly status: 'other-body' }
> {
  const now = ports.runtime.now();
  const wanted: Order = {
    kind: 'hold',
    orderId: holdId,
    bodyHash,
    createdAt: new Date(now).toISOString(),
    lines,
    allOrNothing: false,
    expiresAt: new Date(now + expiresInSeconds * 1000).toISOString(),
  };
  const made = await ports.orders.create(wanted);
  const hold = made === 'created' ? wanted : made.order;
  if (hold.bodyHash !== bodyHash) return { status: 'other-body' };
  if (lifeOf(hold, now) !== 'live') return { status: 'ended', state: await stateOf(hold, ports) };
  await startExpiry(holdId, ports.orchestrations);
  const placed = await Promise.all(
    hold.lines.map((ordered) =>
      ports.placeLine({ key: keyOf(hold, ordered), ordered: orderLineOf(hold, ordered), run: 1 }),
    ),
  );
  const state = holdStateOf(
    hold,
    placed.map(({ line }) => line),
    ports.runtime.now(),
  );
  return { status: made === 'created' ? 'created' : 'kept', state };
}

/** The cart as it stands; undefined when there is none. @throws {StoreUnavailable} */
export async function readHold(holdId: string, ports: StatePorts): Promise<HoldState | undefined> {
  const found = await ports.orders.read('hold', holdId);
  return found && stateOf(found.order, ports);
}

/**
 * Keeps a cart for so many seconds from now on, never for less than it has left. When it expires at the same moment, a
 * conditional write decides.
 *
 * @returns undefined when there is no such cart
 * @throws {StoreUnavailable}
 */
export async function extendHold(
  holdId: string,
  expiresInSeconds: number,
  ports: AllocationPorts,
): Promise<HoldOutcome | undefined> {
  const now = ports.runtime.now();
  const wanted = new Date(now + expiresInSeconds * 1000).toISOString();
  const hold = await changeOrder(ports, 'hold', holdId, (found) =>
    lifeOf(found, now) === 'live' && wanted > (found.expiresAt ?? '')
      ? { ...found, expiresAt: wanted }
      : found,
  );
  if (!hold) return undefined;
  const isLive = lifeOf(hold, now) === 'live';
  if (isLive) await startExpiry(holdId, ports.orchestrations);
  return { status: isLive ? 'kept' : 'ended', state: await stateOf(hold, ports) };
}

/**
 * Gives the stock of a cart back. Asking again releases nothing twice and finishes what a crash left; of a cart that
 * expired nothing is held, either.
 *
 * @returns undefined when there is no such cart; `ended` when it became an order, which can be cancelled
 * @throws {StoreUnavailable}
 */
export async function releaseHold(holdId: string, ports: StatePorts): Promise<HoldOutcome | undefined> {
  const now = ports.runtime.now();
  const hold = await endHold(holdId, ports, (found) =>
    lifeOf(found, now) === 'live' ? 'released' : 'expired',
  );
  if (!hold) return undefined;
  const status = hold.becameOrderId === undefined ? 'kept' : 'ended';
  return { status, state: await stateOf(hold, ports) };
}

/**
 * Ends a cart whose time is over. One that was becoming an order when its call was cut off becomes it now.
 *
 * @returns when to come back (milliseconds UTC), because it has time left; undefined when nothing is left to do
 * @throws {StoreUnavailable}
 */
export async function expireHold(holdId: string, ports: AllocationPorts): Promise<number | undefined> {
  const now = ports.runtime.now();
  const hold = await endHold(holdId, ports, (found) =>
    lifeOf(found, now) === 'expired' ? 'expired' : undefined,
  );
  if (!hold || hold.ended) return undefined;
  const expiresAt = Date.parse(hold.expiresAt ?? '');
  if (hold.becameOrderId === undefined || now < expiresAt) return expiresAt;
  const finished = await finishOrder(hold, hold.becameOrderId, ports);
  return finished === 'order-exists' ? expiresAt : undefined;
}

/** Marks a cart as ended, then ends its lines; a line without a document gets one that has ended, so that nothing is placed. */
async function endHold(
  holdId: string,
  ports: StatePorts,
  endOf: (hold: Order) => 'released' | 'expired' | undefined,
): Promise<Order | undefined> {
  const hold = await changeOrder(ports, 'hold', holdId, (found) => {
    const isOpen = found.ended === undefined && found.becameOrderId === undefined;
    const ended = isOpen ? endOf(found) : undefined;
    return ended ? { ...found, ended } : found;
  });
  if (!hold || (hold.ended !== 'released' && hold.ended !== 'expired')) return hold;
  const ended = hold.ended === 'released' ? 'cancelled' : 'expired';
  const at = isoNow(ports.runtime);
  const updates = hold.lines.map((ordered) =>
    ports.updateLine({
      key: keyOf(hold, ordered),
      change: (line) => endLine(line ?? orderLineOf(hold, ordered), ended, at),
    }),
  );
  await Promise.all(updates);
  return hold;
}

async function stateOf(hold: Order, ports: StatePorts): Promise<HoldState> {
  const lines: (OrderLine | undefined)[] = await readLinesOf(hold, ports.store);
  return holdStateOf(hold, lines, ports.runtime.now());
}

/** The id ends as no run of a line's orchestration does. */
function startExpiry(holdId: string, { start }: Orchestrations): Promise<void> {
  return start(expiryStart(holdId));
}
