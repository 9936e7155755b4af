import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import { createEventMapping } from './event-mapping.ts';
import { mappedFields, parseOutboxSettings } from './outbox-settings.ts';

const settings = parseOutboxSettings(
  JSON.stringify({
    source: 'STOCK_OUT',
    columns: {
      eventId: 'MSG_ID',
      timestamp: 'CREATED_UTC',
      eventType: 'TRX_TYPE',
      itemId: 'SKU',
      locationId: 'BIN',
      lotNumber: 'LOT',
      quantityChange: 'QTY',
      resultingOnHand: 'ON_HAND',
      transactionId: 'MSG_ID',
      userId: 'OPERATOR',
      version: 'VERSION',
      scannedAt: 'SCANNED_UTC',
      'counterpart.locationId': 'TO_BIN',
      'counterpart.quantityChange': 'TO_QTY',
      'counterpart.resultingOnHand': 'TO_ON_HAND',
      'counterpart.version': 'TO_VERSION',
    },
    constants: { warehouseId: 'WH-001', scannerId: 'WMS' },
    eventTypes: { ADJ: 'InventoryAdjustment', '70': 'InventoryTransfer' },
    order: { column: 'SEQ', kind: 'overlap' },
  }),
);
const mapping = createEventMapping(settings);

const row = {
  MSG_ID: 'M-1',
  CREATED_UTC: '2024-11-18T10:00:00Z',
  TRX_TYPE: 'ADJ',
  SKU: 'ITEM-1',
  BIN: 'A-05-02',
  LOT: null,
  QTY: -5,
  ON_HAND: 10,
  OPERATOR: 'bob',
  VERSION: null,
  SCANNED_UTC: null,
  TO_BIN: null,
  TO_QTY: null,
  TO_ON_HAND: null,
  TO_VERSION: null,
} as const;

const names = mappedFields(settings).map(({ column }) => column.join('.'));
const rowOf = (values: Record<string, unknown>) => ({
  number: 7n,
  values: names.map((name) => ({ ...row, ...values })[name as keyof typeof row]),
});
const eventOf = (values: Record<string, unknown> = {}) => mapping.eventOf(rowOf(values)).event;
const reasonOf = (values: Record<string, unknown>) => mapping.eventOf(rowOf(values)).reason;

describe('A row of the WMS', () => {
  test('becomes an event by its columns, the constants and the names of the types', () => {
    expect(eventOf()).toEqual({
      eventId: 'M-1',
      timestamp: '2024-11-18T10:00:00.000Z',
      eventType: 'InventoryAdjustment',
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      locationId: 'A-05-02',
      lotNumber: null,
      quantityChange: -5,
      resultingOnHand: 10,
      transactionId: 'M-1',
      scannerId: 'WMS',
      userId: 'bob',
    });
  });

  test('brings the other position of a transfer, if its columns are filled', () => {
    const other = { TO_BIN: 'B-01', TO_QTY: '5', TO_ON_HAND: 25n, TO_VERSION: 3 };
    expect(eventOf({ TRX_TYPE: 70, ...other })).toMatchObject({
      eventType: 'InventoryTransfer',
      counterpart: {
        locationId: 'B-01',
        lotNumber: null,
        quantityChange: 5,
        resultingOnHand: 25,
        version: 3,
      },
    });
  });

  const datetime2 = Object.defineProperty(new Date('2024-11-18T10:00:00.123Z'), 'nanosecondsDelta', {
    value: 0.0004567,
  });
  test.each([
    ['SKU', 'ITEM-1    ', 'itemId', 'ITEM-1'],
    ['SKU', 4711, 'itemId', '4711'],
    ['SKU', 900719925474099312n, 'itemId', '900719925474099312'],
    ['LOT', '      ', 'lotNumber', null],
    ['QTY', '-5', 'quantityChange', -5],
    ['QTY', ' 12.000 ', 'quantityChange', 12],
    ['QTY', 12n, 'quantityChange', 12],
    ['VERSION', 8, 'version', 8],
    ['VERSION', '', 'version', undefined],
    ['CREATED_UTC', '2024-11-18 10:00:00', 'timestamp', '2024-11-18T10:00:00.000Z'],
    ['CREATED_UTC', '2024-11-18T10:00', 'timestamp', '2024-11-18T10:00:00.000Z'],
    ['CREATED_UTC', '2024-11-18T10:00:00.1234567', 'timestamp', '2024-11-18T10:00:00.1234567Z'],
    ['CREATED_UTC', '2024-11-18T00:30:00.5+01:00', 'timestamp', '2024-11-17T23:30:00.5Z'],
    ['CREATED_UTC', '2024-11-18T00:30:00 -0530', 'timestamp', '2024-11-18T06:00:00.000Z'],
    ['CREATED_UTC', new Date('2024-11-18T10:00:00.123Z'), 'timestamp', '2024-11-18T10:00:00.123Z'],
    ['CREATED_UTC', datetime2, 'timestamp', '2024-11-18T10:00:00.1234567Z'],
  ])('whose %s is %o has %s %j', (column, value, field, expected) => {
    expect(Reflect.get(eventOf({ [column]: value }) ?? {}, field)).toBe(expected);
  });

  test.each([
    ['SKU', null, 'column SKU (itemId) is NULL: the event needs it'],
    ['SKU', 'A|B', 'column SKU (itemId) is "A|B": must be 1 to 64 letters'],
    ['SKU', Buffer.from([1, 255]), 'column SKU (itemId) is "0x01ff": not text'],
    ['SKU', true, 'column SKU (itemId) is true: not text'],
    ['SKU', "x'; DROP TABLE STOCK; --", 'column SKU (itemId) is "x\'; DROP TABLE STOCK; --": must be'],
    ['QTY', 1.5, 'column QTY (quantityChange) is 1.5: not a whole number'],
    ['QTY', '1.5', 'column QTY (quantityChange) is "1.5": not a whole number'],
    ['QTY', '1e3', 'column QTY (quantityChange) is "1e3": not a whole number'],
    ['QTY', 10n ** 15n, 'column QTY (quantityChange) is 1000000000000000: Too big'],
    ['QTY', new Date(0), 'column QTY (quantityChange) is "1970-01-01T00:00:00.000Z": not a number'],
    ['ON_HAND', -1, 'column ON_HAND (resultingOnHand) is -1: Too small'],
    ['TRX_TYPE', 'XXX', 'column TRX_TYPE (eventType) is "XXX": not among eventTypes'],
    ['TRX_TYPE', null, 'column TRX_TYPE (eventType) is NULL: the event needs it'],
    ['CREATED_UTC', '18.11.2024', 'column CREATED_UTC (timestamp) is "18.11.2024": not a date and time'],
    [
      'CREATED_UTC',
      '2024-02-31T10:00:00Z',
      'column CREATED_UTC (timestamp) is "2024-02-31T10:00:00Z": no date',
    ],
    [
      'CREATED_UTC',
      1731924000000,
      'column CREATED_UTC (timestamp) is 1731924000000: neither a date nor text',
    ],
    ['TO_BIN', 'B-01', 'column TO_QTY (counterpart.quantityChange) is NULL: the event needs it'],
    ['VERSION', 0, 'column VERSION (version) is 0: Too small'],
  ])('whose %s is %o is no event, and the reason says why', (column, value, reason) => {
    expect(reasonOf({ [column]: value })).toContain(reason);
  });

  test('has every fault named, up to five', () => {
    expect(reasonOf({ QTY: 1.5, SKU: null })).toMatch(
      /^column QTY .*; column SKU .* is NULL: the event needs it$/,
    );
  });

  test('is never an event that the contract would refuse, whatever its columns hold', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.bigInt(),
      fc.double(),
      fc.boolean(),
      fc.date({ noInvalidDate: false }),
      fc.constant(null),
      fc.uint8Array(),
    );
    const values = fc.record(
      Object.fromEntries(
        Object.keys(row).map((name) => [
          name,
          fc.oneof(fc.constant(row[name as keyof typeof row]), anything),
        ]),
      ),
    );
    fc.assert(
      fc.property(values, (columns) => {
        const mapped = mapping.eventOf(rowOf(columns));
        expect(mapped.event === undefined).not.toBe(mapped.reason === undefined);
        if (mapped.event) expect(inventoryEventSchema.parse(mapped.event)).toEqual(mapped.event);
        expect(() => JSON.stringify(mapping.contentOf(rowOf(columns)))).not.toThrow();
      }),
    );
  });
});
