import { describe, expect, test } from 'vitest';
import { deviceUnderTest, input, newId } from './device-under-test.ts';
import type { KeptForm } from './kept-form.ts';
import type { PickTask } from './scanner-device.ts';

const HOUR_MS = 3_600_000;
const TEAPOT = { itemId: 'TEAPOT', barcodes: ['4006381333931'], maxQuantity: 50 };

/** Three teapots that are received at A-01, unless told otherwise. */
function form(fields: Partial<KeptForm> = {}): KeptForm {
  return {
    transactionId: newId(),
    warehouseId: 'WH-001',
    screen: { kind: 'receive' },
    draft: { locationId: 'A-01', item: TEAPOT, quantity: 3, scanned: 3 },
    ...fields,
  };
}

describe('What is not saved yet', () => {
  test('is there again after a crash, as it was kept last, and until it is let go of', async () => {
    const { device, crash } = deviceUnderTest();
    expect(await device().keptForm()).toBeUndefined();
    const adjusted = form({ screen: { kind: 'adjust', sign: 1, reason: 'found' } });
    await device().keepForm(form());
    await device().keepForm(adjusted);
    crash();
    expect(await device().keptForm()).toEqual(adjusted);
    await device().keepForm(undefined);
    crash();
    expect(await device().keptForm()).toBeUndefined();
  });

  test('is gone when it was saved, also where nobody said so', async () => {
    const { device, crash } = deviceUnderTest();
    const kept = form();
    await device().keepForm(kept);
    await device().submit(kept.transactionId, input({ quantity: 3 }));
    crash();
    expect(await device().keptForm()).toBeUndefined();
  });

  test('goes with who signs out', async () => {
    const { device, store } = deviceUnderTest();
    const ann = store.session();
    await device().keepForm(form());
    await device().signOut();
    // What the page tells late.
    await device().keepForm(form());
    store.putSession(ann);
    expect(await device().keptForm()).toBeUndefined();
  });

  test('is kept for a working day', async () => {
    const { device, crash, time } = deviceUnderTest();
    await device().keepForm(form());
    await time.advance(12 * HOUR_MS);
    expect(await device().keptForm()).toBeDefined();
    await time.advance(1);
    crash();
    expect(await device().keptForm()).toBeUndefined();
  });

  test.each([
    ['item', { draft: { item: { itemId: 'JUG' } } }],
    ['location', { draft: { locationId: 'Z-99' } }],
    ['destination', { draft: { toLocationId: 'Z-99' } }],
    ['warehouse', { warehouseId: 'WH-009', draft: { item: TEAPOT } }],
    ['form, in another version of the app', { screen: { kind: 'receive' }, draft: { item: 'TEAPOT' } }],
  ])('is dropped where there is no such %s any more', async (_, fields) => {
    const { device, store } = deviceUnderTest();
    await device().keepForm(Object.assign(form(), fields));
    expect(await device().keptForm()).toBeUndefined();
    expect(store.form()).toBeUndefined();
  });

  test('has its item as it is now, and asks about what its label said', async () => {
    const { device } = deviceUnderTest();
    const draft = {
      locationId: 'A-01',
      item: { itemId: 'TEAPOT' },
      lotNumber: 'L-1',
      expiresOn: '2026-01-31',
    };
    await device().keepForm(form({ draft }));
    expect(await device().keptForm()).toMatchObject({ draft: { ...draft, item: TEAPOT } });
    const checked = await device().check(input({ lotNumber: 'L-1' }));
    expect(checked.doubts).toContainEqual({ kind: 'expired', expiresOn: '2026-01-31' });
  });

  test('of a pick is there while as many are to be picked', async () => {
    const { device, store } = deviceUnderTest();
    const task: PickTask = {
      ...{ allocationId: 'ORD-1:1:1', orderId: 'ORD-1', lineId: '1' },
      ...{ itemId: 'TEAPOT', warehouseId: 'WH-001', open: 6 },
    };
    const at = '2026-11-22T10:00:00.000Z';
    const kept = form({ screen: { kind: 'pick-line', task }, draft: { locationId: 'A-01' } });
    store.putPickList('WH-001', [task], at);
    await device().keepForm(kept);
    expect(await device().keptForm()).toEqual(kept);
    store.putPickList('WH-001', [{ ...task, open: 4 }], at);
    expect(await device().keptForm()).toBeUndefined();
  });
});
