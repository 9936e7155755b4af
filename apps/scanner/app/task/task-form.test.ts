import { describe, expect, test } from 'vitest';
import type { CodeMeaning } from '../../core/scanner-device.ts';
import {
  askedDraft,
  type Draft,
  expectedField,
  isBegun,
  missingField,
  nextDraft,
  placeCode,
  scanOf,
  type TaskContext,
  type TaskKind,
} from './task-form.ts';

const teapot = { itemId: 'TEAPOT' };
const mug = { itemId: 'MUG' };
const KINDS: readonly TaskKind[] = ['receipt', 'pick', 'adjustment', 'count', 'transfer'];

function item(one = teapot, label: Partial<CodeMeaning> = {}): CodeMeaning {
  return { code: one.itemId, items: [one], locations: [], ...label };
}

function location(locationId: string, warehouseId = 'WH-1'): CodeMeaning {
  return { code: locationId, items: [], locations: [{ warehouseId, locationId }] };
}

function context(kind: TaskKind, more: Partial<TaskContext> = {}): TaskContext {
  return { kind, warehouseId: 'WH-1', ...more };
}

/** The draft after some scans, all of which are taken. */
function scanned(about: TaskContext, codes: readonly CodeMeaning[], begun: Draft = {}): Draft {
  return codes.reduce((draft, code) => {
    const placed = placeCode(about, draft, code);
    if (!('draft' in placed)) throw new Error(`${code.code}: ${JSON.stringify(placed)}`);
    return placed.draft;
  }, begun);
}

describe('A scan goes to the field that expects it', () => {
  test.each(KINDS)('whatever comes first in a %s', (kind) => {
    const about = context(kind);
    const itemFirst = scanned(about, [item(), location('A-01')]);
    const locationFirst = scanned(about, [location('A-01'), item()]);
    // What goes where is asked for at the end of a move: there a location after the item is where it comes from too.
    expect(itemFirst).toMatchObject({ item: teapot, locationId: 'A-01' });
    expect(locationFirst).toEqual(itemFirst);
  });

  test('and of a move the third is where it goes', () => {
    const about = context('transfer');
    const draft = scanned(about, [location('A-01'), item(), location('B-02')]);
    expect(draft).toMatchObject({ locationId: 'A-01', item: teapot, toLocationId: 'B-02' });
    expect(scanned(about, [location('C-03')], draft)).toMatchObject({ toLocationId: 'C-03' });
  });

  test('and before it is known what is moved, another location is where it comes from', () => {
    expect(scanned(context('transfer'), [location('A-01'), location('B-02')])).toEqual({
      locationId: 'B-02',
    });
  });

  test('and a location that is scanned again takes the place of the one before', () => {
    const about = context('receipt');
    expect(scanned(about, [item(), location('A-01'), location('B-02')])).toMatchObject({
      locationId: 'B-02',
    });
  });

  test('and a code that is both, item and location, is what is asked for', () => {
    const both: CodeMeaning = { ...item(), locations: [{ warehouseId: 'WH-1', locationId: 'TEAPOT' }] };
    expect(placeCode(context('receipt'), {}, both)).toMatchObject({ field: 'itemId' });
    expect(placeCode(context('pick'), {}, both)).toMatchObject({ field: 'locationId' });
  });

  test('and the next that is expected is told', () => {
    expect(expectedField('transfer', {})).toBe('locationId');
    expect(expectedField('transfer', { locationId: 'A' })).toBe('itemId');
    expect(expectedField('transfer', { locationId: 'A', item: teapot })).toBe('toLocationId');
    expect(expectedField('receipt', { locationId: 'A', item: teapot })).toBeUndefined();
  });
});

describe('The lot', () => {
  const onlyLot: Draft = { locationId: 'A-01', item: teapot, lotNumber: 'L-1', isOnlyLot: true, quantity: 1 };

  test('that is the only one at a location is none of another location', () => {
    const about = context('adjustment');
    expect(scanned(about, [location('B-02')], onlyLot)).toEqual({
      ...{ locationId: 'B-02', item: teapot, quantity: 1 },
    });
    expect(scanned(about, [location('A-01')], onlyLot)).toEqual(onlyLot);
  });

  test('that somebody chose, or a label tells, stays', () => {
    const about = context('adjustment');
    const chosen = { ...onlyLot, isOnlyLot: false };
    expect(scanned(about, [location('B-02')], chosen)).toMatchObject({ lotNumber: 'L-1' });
    const label = item(teapot, { lotNumber: 'L-1' });
    expect(scanned(about, [label, location('B-02')], onlyLot)).toMatchObject({ lotNumber: 'L-1' });
  });
});

describe('The quantity', () => {
  test('begins with one piece, or what the label says', () => {
    expect(scanned(context('receipt'), [item()])).toMatchObject({ quantity: 1 });
    expect(scanned(context('receipt'), [item(teapot, { quantity: 12 })])).toMatchObject({ quantity: 12 });
  });

  test('grows with each scan of the same item', () => {
    expect(scanned(context('receipt'), [item(), item(), item()])).toMatchObject({ quantity: 3 });
    expect(scanned(context('receipt'), [item()], { quantity: 20, item: teapot })).toMatchObject({
      quantity: 21,
    });
  });

  test('of a pick is what is open, however often the item is scanned', () => {
    const about = context('pick', { wanted: { itemId: 'TEAPOT', open: 6 } });
    expect(scanned(about, [item(), item()])).toMatchObject({ quantity: 6 });
  });

  test('of a count is not given: it begins when pieces are scanned one by one', () => {
    expect(scanned(context('count'), [item()]).quantity).toBeUndefined();
    expect(scanned(context('count'), [item(), item(), item()]).quantity).toBe(3);
  });
});

describe('A scan is refused, and changes nothing,', () => {
  const full: Draft = { locationId: 'A-01', item: teapot, lotNumber: 'L-1', quantity: 1 };
  const none = { code: 'X', items: [], locations: [] };
  test.each<[string, TaskContext, Draft, CodeMeaning, string]>([
    ['of a code that nobody knows', context('receipt'), {}, none, 'unknown'],
    ['of a badge', context('receipt'), {}, { ...none, badge: 'ANN-1' }, 'unknown'],
    ['of a device card', context('receipt'), {}, { ...none, deviceCard: { scannerId: 'S' } }, 'device-card'],
    ['of a place in another warehouse', context('receipt'), {}, location('Z', 'WH-2'), 'other-warehouse'],
    [
      'of what the order does not ask for',
      context('pick', { wanted: { itemId: 'TEAPOT', open: 1 } }),
      {},
      item(mug),
      'wrong-item',
    ],
    ['of another item before this one is saved', context('receipt'), full, item(mug), 'other-item'],
    [
      'of another lot before this one is saved',
      context('receipt'),
      full,
      item(teapot, { lotNumber: 'L-2' }),
      'other-lot',
    ],
    [
      'of where it comes from, as where it goes',
      context('transfer'),
      full,
      location('A-01'),
      'same-location',
    ],
    [
      'of a location while items are counted',
      context('count', { accepts: ['itemId'] }),
      full,
      location('B'),
      'no-item',
    ],
    [
      'of an item before a location is counted',
      context('count', { accepts: ['locationId'] }),
      {},
      item(),
      'no-location',
    ],
  ])('%s', (_, about, draft, code, why) => {
    expect(placeCode(about, draft, code)).toEqual({ kind: 'refused', why });
  });

  test('typed into a field that is for something else', () => {
    expect(placeCode(context('receipt'), {}, location('A-01'), 'itemId')).toEqual({
      kind: 'refused',
      why: 'no-item',
    });
    expect(placeCode(context('receipt'), {}, item(), 'locationId')).toEqual({
      kind: 'refused',
      why: 'no-location',
    });
  });
});

test('typing another item takes the place of the one before, with its lot and quantity', () => {
  const draft: Draft = { locationId: 'A-01', item: teapot, lotNumber: 'L-1', quantity: 7 };
  expect(placeCode(context('receipt'), draft, item(mug), 'itemId')).toMatchObject({
    draft: { locationId: 'A-01', item: mug, quantity: 1 },
  });
  const placed = placeCode(context('receipt'), draft, item(mug), 'itemId');
  expect('draft' in placed && placed.draft.lotNumber).toBeUndefined();
});

test('a code of several items is asked about', () => {
  const code: CodeMeaning = { code: 'X', items: [teapot, mug], locations: [] };
  expect(placeCode(context('receipt'), {}, code)).toEqual({ kind: 'choose', items: [teapot, mug] });
  const pick = context('pick', { wanted: { itemId: 'MUG', open: 2 } });
  expect(placeCode(pick, {}, code)).toMatchObject({ kind: 'taken', draft: { item: mug } });
});

test('what is missing is told in the order in which it is asked for', () => {
  const draft: Draft = { item: teapot, locationId: 'A-01' };
  expect(missingField(context('receipt'), {})).toBe('itemId');
  expect(missingField(context('receipt'), draft)).toBe('quantity');
  expect(missingField(context('count'), draft)).toBe('lotNumber');
  expect(missingField(context('count'), { ...draft, lotNumber: null })).toBe('quantity');
  expect(missingField(context('count'), { ...draft, lotNumber: null, quantity: 0 })).toBeUndefined();
});

test('the next scan of the same kind begins where this one was, if it is done there again and again', () => {
  const draft: Draft = { item: teapot, locationId: 'A-01', toLocationId: 'B-02', quantity: 3 };
  expect(KINDS.map((kind) => nextDraft(kind, draft))).toEqual([
    { locationId: 'A-01' },
    {},
    {},
    { locationId: 'A-01' },
    { locationId: 'A-01' },
  ]);
});

test('a task is begun where more was entered than the save before left, and a count by its location', () => {
  const begun = (draft: Draft) => KINDS.filter((kind) => isBegun(kind, draft));
  expect(begun({})).toEqual([]);
  expect(begun({ locationId: 'A-01' })).toEqual(['pick', 'adjustment', 'count']);
  expect(begun({ item: teapot })).toEqual(KINDS);
  expect(begun({ item: teapot, locationId: 'A-01' })).toEqual(KINDS);
});

test('the draft becomes a scan without what it does not have', () => {
  const draft: Draft = { item: teapot, locationId: 'A-01', quantity: 3, scanned: 3, expiresOn: '2027-01-01' };
  expect(scanOf(context('receipt'), draft)).toEqual({
    type: 'receipt',
    itemId: 'TEAPOT',
    warehouseId: 'WH-1',
    locationId: 'A-01',
    lotNumber: null,
    quantity: 3,
  });
});

describe('A recount', () => {
  const wanted = { itemId: 'TEAPOT', locationId: 'A-01' };
  const begun: Draft = { locationId: 'A-01', item: teapot, lotNumber: 'L-1' };

  test('takes no location but the one that is to be counted', () => {
    const about = context('count', { wanted, accepts: ['locationId'] });
    expect(placeCode(about, {}, location('B-02'))).toEqual({ kind: 'refused', why: 'wrong-location' });
    expect(placeCode(about, {}, location('A-01', 'WH-2'))).toMatchObject({ why: 'other-warehouse' });
    expect(scanned(about, [location('A-01')])).toEqual({ locationId: 'A-01' });
  });

  test('begins without a figure, and each scan of the item is one piece', () => {
    const about = context('count', { wanted, accepts: ['itemId'] });
    expect(missingField(about, begun)).toBe('quantity');
    expect(scanned(about, [item(), item()], begun)).toMatchObject({ quantity: 2, lotNumber: 'L-1' });
    expect(placeCode(about, begun, item(mug))).toEqual({ kind: 'refused', why: 'wrong-item' });
    const other = item(teapot, { lotNumber: 'L-2' });
    expect(placeCode(about, begun, other)).toEqual({ kind: 'refused', why: 'other-lot' });
  });
});

test('what a recount asks for is filled in, and a scan of it that came before stays', () => {
  const asked = { locationId: 'A-01', item: teapot, lotNumber: 'LOT-7' };
  expect(askedDraft({}, asked)).toEqual(asked);
  expect(askedDraft({ locationId: 'A-01', item: mug, quantity: 3 }, asked)).toEqual(asked);
  expect(askedDraft({ item: teapot, lotNumber: 'LOT-8', quantity: 3 }, asked)).toEqual(asked);
  const about = context('count', { wanted: { itemId: 'TEAPOT' }, accepts: ['itemId'] });
  const before = scanned(about, [item(), item()], { locationId: 'A-01' });
  const draft = askedDraft(before, asked);
  expect(draft).toEqual({ ...asked, scanned: 2, quantity: 2 });
  expect(scanned(about, [item()], draft)).toMatchObject({ quantity: 3, lotNumber: 'LOT-7' });
});
