import fc from 'fast-check';
import { expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { reconciliationSystem } from '../../test/parts/reconciliation.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';

const ITEMS = ['ITEM-1', 'ITEM-2'];
const LOCATIONS = ['A-01', 'B-01', 'C-01'];

type System = ReturnType<typeof reconciliationSystem>;

const step = fc.record({
  kind: fc.constantFrom(
    'deliver',
    'drop',
    'double',
    'hold-back',
    'falsify',
    'forge',
    'edit',
    'remove',
    'delete-row',
  ),
  item: fc.constantFrom(...ITEMS),
  location: fc.constantFrom(...LOCATIONS),
  pieces: fc.integer({ min: 1, max: 9 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Does a step; answers the events that exist because of it. */
async function play(system: System, { kind, item, location, pieces }: Step): Promise<InventoryEvent[]> {
  const place = { itemId: item, warehouseId: 'WH-001', locationId: location };
  const { wms } = system;
  switch (kind) {
    case 'forge': {
      const forged = someEvent({
        ...place,
        version: 1 + pieces * 2,
        quantityChange: pieces,
        resultingOnHand: pieces,
      });
      await system.deliver(forged);
      return [forged];
    }
    case 'edit':
      system.edit(place, (stock) => ({
        ...stock,
        positions: stock.positions.map((position) =>
          position.locationId === location ? { ...position, onHand: pieces } : position,
        ),
      }));
      return [];
    case 'remove':
      system.edit(place, (stock) => ({
        ...stock,
        positions: stock.positions.filter((position) => position.locationId !== location),
      }));
      return [];
    case 'delete-row':
      wms.putRow(place, undefined);
      return [];
    default: {
      const event = wms.book(place, pieces);
      const told = kind === 'falsify' ? { ...event, resultingOnHand: event.resultingOnHand + 7 } : event;
      if (kind !== 'drop' && kind !== 'hold-back') await system.deliver(told);
      if (kind === 'double') system.project(told);
      return [told];
    }
  }
}

/** Pieces by item and location, where there are any. */
async function inWms({ wms }: System): Promise<Record<string, number>> {
  const stocks = await wms.stocksOf('WH-001', ITEMS);
  return pieces(
    stocks.flatMap(({ itemId, positions }) => positions.map((position) => ({ itemId, ...position }))),
  );
}

function inCloud({ memory }: System): Record<string, number> {
  return pieces(
    ITEMS.flatMap((itemId) =>
      (memory.stock({ itemId, warehouseId: 'WH-001' })?.positions ?? []).map((position) => ({
        itemId,
        ...position,
      })),
    ),
  );
}

function pieces(
  positions: readonly { itemId: string; locationId: string; onHand: number }[],
): Record<string, number> {
  return Object.fromEntries(
    positions
      .filter(({ onHand }) => onHand > 0)
      .map(({ itemId, locationId, onHand }) => [`${itemId} ${locationId}`, onHand]),
  );
}

test('Whatever is lost, doubled, forged or edited, one full run ends where the WMS is, the next finds nothing, and no event that comes again changes that', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.array(step, { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (before, after, chance) => {
        const system = reconciliationSystem();
        const events: InventoryEvent[] = [];
        const settled = async () => {
          expect((await system.run({ mode: 'full' })).run.status).toBe('completed');
          expect(inCloud(system)).toEqual(await inWms(system));
          expect((await system.run()).discrepancies).toEqual([]);
          expect((await system.run({ mode: 'full' })).discrepancies).toEqual([]);
        };
        for (const one of before) events.push(...(await play(system, one)));
        await settled();
        // What was gone on a side before anybody looked may be no difference, and its events fold if they come again: the
        // next full run finds that.
        const gone = new Set(
          before
            .filter(({ kind }) => kind === 'remove' || kind === 'delete-row')
            .map(({ item, location }) => `${item} ${location}`),
        );
        const known = events.filter(({ itemId, locationId }) => !gone.has(`${itemId} ${locationId}`));
        for (const event of shuffled(known, chance)) system.project(event);
        expect(inCloud(system)).toEqual(await inWms(system));
        for (const one of after) events.push(...(await play(system, one)));
        await settled();
      },
    ),
    { numRuns: 150 },
  );
});

test('A store that fails before or after its work at any step loses and doubles nothing: the same is found, once, and both sides agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 24 })),
      async (steps, chance) => {
        const [system, calm] = [reconciliationSystem(), reconciliationSystem()];
        for (const one of steps) for (const each of [system, calm]) await play(each, one);
        const foundIn = ({ store }: System) =>
          store.found().map(({ discrepancyId, class: name, action }) => `${discrepancyId} ${name} ${action}`);
        await calm.run({ mode: 'full' });
        system.fault = () => (['before', 'after'] as const)[Number(chance.next().value)];
        await system.run({ mode: 'full' }).catch(() => {});
        system.fault = undefined;
        await system.run({ mode: 'full' });
        expect([...new Set(foundIn(system))].sort()).toEqual(foundIn(calm).sort());
        expect(inCloud(system)).toEqual(await inWms(system));
        expect((await system.run({ mode: 'full' })).discrepancies).toEqual([]);
        const investigated = new Set(
          system.investigated.flatMap(({ discrepancies }) => discrepancies.map((one) => one.discrepancyId)),
        );
        expect([...investigated].sort()).toEqual(
          [...new Set(calm.store.found().map((one) => one.discrepancyId))].sort(),
        );
      },
    ),
    { numRuns: 100 },
  );
});

function shuffled<Item>(items: readonly Item[], chance: Iterator<number>): Item[] {
  return items
    .map((item) => ({ item, rank: Number(chance.next().value) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
