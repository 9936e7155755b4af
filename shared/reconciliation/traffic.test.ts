import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reconciliationSystem } from '../../test/parts/reconciliation.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { promisedIn } from '../domain/compare-reservations.ts';
import { heldLine, someDecision } from '../domain/example-lines.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { settleDecision, settlePick } from '../domain/settlement.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const LOCATIONS = ['A-01', 'B-01', 'C-01'];
const RESERVED = 40;

/** A message of the WMS that has not arrived: when it was committed, and what it does where it arrives. */
type Message = { readonly committedAt: string; readonly arrive: () => void };

/** A warehouse at work: books, picks and cuts, whose messages reach the cloud whenever `deliver` is called, in any order. */
function traffic() {
  const system = reconciliationSystem();
  const { wms } = system;
  const messages: Message[] = [];
  let isLosing = false;
  const now = () => new Date(system.runtime.now()).toISOString();
  Object.defineProperty(system.onTheWay, 'oldest', {
    get: () => messages.map(({ committedAt }) => committedAt).sort()[0] ?? null,
  });

  const held = { ...heldLine(RESERVED), itemId: KEY.itemId };
  const confirmation = someDecision(held, { quantity: RESERVED });
  system.lines.push(settleDecision(held, confirmation, now()));
  let reservation = { decision: confirmation, reserved: RESERVED, picked: 0 };
  wms.reserve(KEY, reservation);
  const { allocationId } = confirmation;

  const changeLine = (change: (line: OrderLine) => OrderLine) => {
    const [line] = system.lines;
    if (line) system.lines[0] = change(line);
    const promised = promisedIn(KEY.warehouseId, system.lines);
    system.edit(KEY, (stock) => ({ ...stock, ...promised, version: stock.version + 1 }));
  };
  const send = (event: InventoryEvent | undefined, arrive = () => {}) => {
    const committedAt = now();
    if (isLosing) return;
    if (event) system.journal.append([{ kind: 'event', event }]);
    messages.push({
      committedAt,
      arrive: () => {
        if (event) system.project(event);
        arrive();
      },
    });
  };

  const book = (pieces: number) => {
    const place = { ...KEY, locationId: LOCATIONS[pieces % LOCATIONS.length] ?? '' };
    send(wms.book(place, pieces));
  };
  const pick = () => {
    if (reservation.picked === reservation.reserved) return;
    const event = wms.book({ ...KEY, locationId: 'A-01' }, -1);
    const picked = reservation.picked + 1;
    reservation = { ...reservation, picked };
    wms.reserve(KEY, reservation);
    send(event, () => changeLine((line) => settlePick(line, allocationId, picked, now())));
  };
  const cut = () => {
    if (reservation.picked === reservation.reserved) return;
    const quantity = reservation.reserved - 1;
    const { sequence } = reservation.decision;
    const decision = {
      ...reservation.decision,
      ...{ sequence: sequence + 1, status: 'reduced' as const, quantity, decidedAt: now() },
    };
    reservation = { ...reservation, decision, reserved: quantity };
    wms.reserve(KEY, reservation);
    send(undefined, () => changeLine((line) => settleDecision(line, decision, now())));
  };
  const deliver = (which: number) => {
    const [message] = messages.splice(which % Math.max(messages.length, 1), 1);
    message?.arrive();
  };

  send(wms.book({ ...KEY, locationId: 'A-01' }, RESERVED));
  deliver(0);
  changeLine((line) => line);
  return {
    system,
    /** The next message to be sent never arrives. */
    loseOne(): void {
      isLosing = true;
      book(2);
      isLosing = false;
    },
    step(chance: number): void {
      const which = Math.floor(chance / 8);
      const doings = [book, book, pick, cut, deliver, deliver, deliver, () => {}];
      doings[chance % 8]?.(which % 100);
    },
    arriveAll(): void {
      while (messages.length > 0) deliver(0);
    },
  };
}

/** Lets the warehouse work during everything that the runs do, and answers how to make it rest. */
function workDuringRuns(
  { system, step }: ReturnType<typeof traffic>,
  chances: Iterator<number>,
  often: number,
): { work: (steps: number) => void; rest: () => void } {
  const work = (steps: number) => {
    for (let done = 0; done < steps; done += 1) step(Number(chances.next().value));
  };
  let calls = 0;
  // Once it reads, it is not called for what it does.
  let isWorking = false;
  const between = () => {
    calls += 1;
    if (isWorking || calls % often > 0) return undefined;
    isWorking = true;
    work(1);
    isWorking = false;
    return undefined;
  };
  system.fault = between;
  system.wms.beforeRead = between;
  system.duringGrace = () => work(8);
  const rest = () => {
    system.fault = undefined;
    system.wms.beforeRead = undefined;
    system.duringGrace = undefined;
  };
  return { work, rest };
}

test('While the warehouse works, and messages take as long as they like in any order, no run finds a difference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.constantFrom(1, 3), async (chances, often) => {
      const warehouse = traffic();
      const { system } = warehouse;
      const { work, rest } = workDuringRuns(warehouse, chances, often);
      work(10);
      for (const mode of ['full', 'delta', 'delta', 'full', 'delta'] as const) {
        const { run, discrepancies } = await system.run({ mode });
        expect([run.status, discrepancies]).toEqual(['completed', []]);
        work(6);
        system.runtime.advance(60_000);
      }
      rest();
      warehouse.arriveAll();
      expect((await system.run()).discrepancies).toEqual([]);
      expect((await system.run({ mode: 'full' })).discrepancies).toEqual([]);
      expect(system.investigated).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('What is lost while the warehouse works is found as lost, nothing else is, and runs of what changed are enough for it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.constantFrom(1, 3), async (chances, often) => {
      const warehouse = traffic();
      const { system } = warehouse;
      await system.run({ mode: 'full' });
      const { work, rest } = workDuringRuns(warehouse, chances, often);
      for (let quarter = 0; quarter < 4; quarter += 1) {
        work(3);
        warehouse.loseOne();
        work(3);
        system.runtime.advance(60_000);
        const { run } = await system.run();
        expect([run.status, run.problem]).toEqual(['completed', undefined]);
      }
      rest();
      warehouse.arriveAll();
      await system.run();
      await system.run();
      const classes = new Set(system.store.found().map((found) => found.class));
      expect([...classes].filter((found) => found !== 'lost-event' && found !== 'missing')).toEqual([]);
      expect(classes.size).toBeGreaterThan(0);
      const [theirs] = await system.wms.stocksOf(KEY.warehouseId, [KEY.itemId]);
      expect(byLocation(system.memory.stock(KEY)?.positions)).toEqual(byLocation(theirs?.positions));
      expect(system.memory.stock(KEY)?.positions.filter(({ missing }) => missing)).toEqual([]);
      expect((await system.run({ mode: 'full' })).discrepancies).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

function byLocation(
  positions: readonly { locationId: string; onHand: number; version?: number | null }[] = [],
): Record<string, string> {
  return Object.fromEntries(
    positions.map(({ locationId, onHand, version }) => [locationId, `${onHand} v${version}`]),
  );
}
