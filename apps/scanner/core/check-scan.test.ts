import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transactionSchema } from '../../../shared/contracts/transaction.ts';
import { checkScan, type ScanFacts, SIGN_IN_GRACE_MS } from './check-scan.ts';
import { input } from './device-under-test.ts';
import type { ScanInput } from './scan.ts';
import type { ScanCheck, SignedIn } from './scanner-device.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const HERE = { warehouseId: 'WH-001', locationId: 'A-01' };
const THERE = { warehouseId: 'WH-001', locationId: 'B-01' };
const ELSEWHERE = { warehouseId: 'WH-008', locationId: 'A-01' };

const user = (fields: Partial<SignedIn> = {}): SignedIn => ({
  userId: 'ann',
  name: 'Ann',
  role: 'worker',
  warehouseIds: ['WH-001'],
  validUntil: new Date(NOW + 1).toISOString(),
  isOffline: false,
  ...fields,
});

const facts = (fields: Partial<ScanFacts> = {}): ScanFacts => ({
  item: { itemId: 'TEAPOT', maxQuantity: 50 },
  places: [HERE],
  destinations: [THERE],
  user: user(),
  warehouseIds: ['WH-001', 'WH-008'],
  maxPieces: 1_000_000_000,
  onHand: undefined,
  expiresOn: undefined,
  now: NOW,
  ...fields,
});

const errorsOf = (check: ScanCheck) => check.errors.map(({ field, code }) => `${field} ${code}`);
const pick = { type: 'pick' } as const;
const move = { type: 'transfer', toLocationId: 'B-01' } as const;
const adjust = { type: 'adjustment', reason: 'damaged' } as const;
const count = { type: 'count' } as const;

const errors: [what: string, Partial<ScanInput>, Partial<ScanFacts>, expected: string[]][] = [
  ['a receipt', {}, {}, []],
  ['a pick', pick, {}, []],
  ['a move', move, {}, []],
  ['an adjustment downwards', { ...adjust, quantity: -3 }, {}, []],
  ['a count of nothing', { ...count, quantity: 0 }, {}, []],
  ['no item', { itemId: '' }, {}, ['itemId required']],
  ['an unknown item', { itemId: 'JUG' }, { item: undefined }, ['itemId unknown-item']],
  [
    'no location',
    { locationId: ' ' },
    { places: [] },
    ['locationId required', 'locationId unknown-location'],
  ],
  ['an unknown location', { locationId: 'Z-99' }, { places: [] }, ['locationId unknown-location']],
  ['a location of another warehouse', {}, { places: [ELSEWHERE] }, ['locationId other-warehouse']],
  ['a location that both have', {}, { places: [ELSEWHERE, HERE] }, []],
  [
    'another warehouse of the device, not of the user',
    { warehouseId: 'WH-008' },
    { places: [ELSEWHERE] },
    ['warehouseId other-warehouse'],
  ],
  [
    'a warehouse of the user, not of the device',
    {},
    { warehouseIds: ['WH-008'] },
    ['warehouseId other-warehouse'],
  ],
  ['a move without destination', { type: 'transfer' }, {}, ['toLocationId required']],
  ['a move to an unknown location', move, { destinations: [] }, ['toLocationId unknown-location']],
  ['a move to another warehouse', move, { destinations: [ELSEWHERE] }, ['toLocationId other-warehouse']],
  [
    'a move to where it is',
    { ...move, toLocationId: 'A-01' },
    { destinations: [HERE] },
    ['toLocationId same-location'],
  ],
  ['an adjustment without a reason', { type: 'adjustment', quantity: 1 }, {}, ['reason required']],
  ['a reason of 257 characters', { ...adjust, reason: 'x'.repeat(257) }, {}, ['reason malformed']],
  ['a lot of characters that no lot has', { lotNumber: 'LOT|1' }, {}, ['lotNumber malformed']],
  ['an empty lot', { lotNumber: '' }, {}, []],
  ['a receipt of 0', { quantity: 0 }, {}, ['quantity not-positive']],
  ['a pick of less than 0', { ...pick, quantity: -1 }, {}, ['quantity not-positive']],
  ['a move of 0', { ...move, quantity: 0 }, {}, ['quantity not-positive']],
  ['an adjustment by 0', { ...adjust, quantity: 0 }, {}, ['quantity zero']],
  ['a count of less than 0', { ...count, quantity: -1 }, {}, ['quantity negative']],
  ['a quantity of 1.5', { quantity: 1.5 }, {}, ['quantity not-whole']],
  ['a quantity that is no number', { quantity: Number.NaN }, {}, ['quantity not-whole']],
  ['a quantity without end', { quantity: Number.POSITIVE_INFINITY }, {}, ['quantity not-whole']],
  ['a bar code as quantity', { quantity: 4_006_381_333_931 }, {}, ['quantity too-many']],
  ['the most there can be', { quantity: 1_000_000_000 }, {}, []],
  ['nobody signed in', {}, { user: undefined }, ['user signed-out']],
  ['a sign-in that has just ended', {}, { now: NOW + SIGN_IN_GRACE_MS }, []],
  [
    'a sign-in that ended half an hour ago',
    {},
    { now: NOW + SIGN_IN_GRACE_MS + 2 },
    ['user sign-in-expired'],
  ],
  ['an id that no allocation has', { ...pick, allocationId: 'a b' }, {}, ['allocationId malformed']],
];

const doubts: [what: string, Partial<ScanInput>, Partial<ScanFacts>, ScanCheck['doubts']][] = [
  ['as many as usual', { quantity: 50 }, {}, []],
  ['more than usual', { quantity: 51 }, {}, [{ kind: 'unusual-quantity', usual: 50 }]],
  [
    'an adjustment of many downwards',
    { ...adjust, quantity: -51 },
    {},
    [{ kind: 'unusual-quantity', usual: 50 }],
  ],
  ['1,000 of an item that says nothing', { quantity: 1_000 }, { item: { itemId: 'MUG' } }, []],
  [
    '1,001 of an item that says nothing',
    { quantity: 1_001 },
    { item: { itemId: 'MUG' } },
    [{ kind: 'unusual-quantity', usual: 1_000 }],
  ],
  ['a pick of all there is', { ...pick, quantity: 5 }, { onHand: 5 }, []],
  ['a pick of more', { ...pick, quantity: 5 }, { onHand: 4 }, [{ kind: 'more-than-known', onHand: 4 }]],
  ['a move of more', { ...move, quantity: 5 }, { onHand: 0 }, [{ kind: 'more-than-known', onHand: 0 }]],
  [
    'an adjustment that takes more',
    { ...adjust, quantity: -5 },
    { onHand: 4 },
    [{ kind: 'more-than-known', onHand: 4 }],
  ],
  ['a receipt where nothing is', {}, { onHand: 0 }, []],
  ['a pick where nothing is known', pick, { onHand: undefined }, []],
  ['a lot that expires today', {}, { expiresOn: '2026-11-22' }, []],
  ['a lot that has expired', {}, { expiresOn: '2026-11-21' }, [{ kind: 'expired', expiresOn: '2026-11-21' }]],
  [
    'a pick of a lot that has expired',
    pick,
    { expiresOn: '2026-11-21' },
    [{ kind: 'expired', expiresOn: '2026-11-21' }],
  ],
  ['a count of a lot that has expired', count, { expiresOn: '2026-11-21' }, []],
];

describe('a scan', () => {
  test.each(errors)('%s', (_, fields, known, expected) => {
    expect(errorsOf(checkScan(input(fields), facts(known)))).toEqual(expected);
  });

  test.each(doubts)('of %s', (_, fields, known, expected) => {
    expect(checkScan(input(fields), facts(known))).toEqual({ errors: [], doubts: expected });
  });

  test('that has no errors is one that the server can read', () => {
    const text = fc.oneof(fc.constantFrom('A-01', 'B-01', '', 'WH-001', 'TEAPOT'), fc.string());
    const scan = fc.record({
      type: fc.constantFrom('receipt', 'pick', 'adjustment', 'count', 'transfer'),
      itemId: fc.constantFrom('TEAPOT', ''),
      warehouseId: fc.constantFrom('WH-001', 'WH-002'),
      locationId: fc.constantFrom('A-01', 'B-01'),
      lotNumber: fc.oneof(fc.constant(null), text),
      quantity: fc.oneof(fc.integer(), fc.integer({ min: -2, max: 9 }), fc.double()),
      toLocationId: fc.oneof(fc.constantFrom('A-01', 'B-01'), text),
      reason: text,
      allocationId: fc.oneof(fc.constant('O-1:1:1'), text),
    });
    const common = {
      transactionId: '00000000-0000-4000-8000-000000000001',
      scannedAt: '2026-11-22T10:00:00.000Z',
      scannerId: 'SCANNER-08',
      userId: 'ann',
    };
    let good = 0;
    fc.assert(
      fc.property(scan, (fields) => {
        const { errors: found } = checkScan(fields, facts());
        if (found.length > 0) return;
        good += 1;
        expect(transactionSchema.safeParse({ ...fields, ...common }).error?.issues).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
    expect(good).toBeGreaterThan(20);
  });
});
