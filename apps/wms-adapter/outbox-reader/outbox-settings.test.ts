import { describe, expect, test } from 'vitest';
import { parseOutboxSettings, readOutboxSettings } from './outbox-settings.ts';

const columns = {
  eventId: 'MSG_ID',
  timestamp: 'CREATED_UTC',
  eventType: 'TRX_TYPE',
  itemId: 'SKU',
  warehouseId: 'WHSE',
  locationId: '[Bin No]',
  quantityChange: 'QTY',
  resultingOnHand: 'ON_HAND',
  transactionId: 'MSG_ID',
  userId: 'OPERATOR',
};
const settings = {
  source: 'dbo.STOCK_MOVEMENTS_OUT',
  columns,
  constants: { scannerId: 'WMS' },
  eventTypes: { ADJ: 'InventoryAdjustment' },
  order: { column: 'SEQ', kind: 'overlap' },
};

const faultOf = (value: unknown) => {
  try {
    parseOutboxSettings(typeof value === 'string' ? value : JSON.stringify(value));
    return 'no fault';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('The file that describes the outbox', () => {
  test('may have comments and trailing commas, and leaves out what has a default', () => {
    const text = `// our WMS\n${JSON.stringify(settings).slice(0, -1)}, /* no more */ }`;
    expect(parseOutboxSettings(text)).toMatchObject({
      source: ['dbo', 'STOCK_MOVEMENTS_OUT'],
      columns: { itemId: ['SKU'], locationId: ['Bin No'] },
      order: { kind: 'overlap', overlapSeconds: 300 },
      pollMilliseconds: 1_000,
      pageSize: 1_000,
    });
  });

  test('may begin after a number, given as a number or, beyond 2^53, as text', () => {
    const begin = (startAfter: unknown) =>
      parseOutboxSettings(JSON.stringify({ ...settings, order: { ...settings.order, startAfter } })).order
        .startAfter;
    expect(begin(4711)).toBe(4711n);
    expect(begin('900719925474099312')).toBe(900719925474099312n);
  });

  test.each([
    ['{', 'not valid JSON: CloseBraceExpected in line 1'],
    ['[]', 'the file is an array'],
    [{ ...settings, source: undefined }, 'source is missing: must be the name of a table or view'],
    [{ ...settings, source: 'a.b.c' }, 'source is "a.b.c": must be the name of a table or view'],
    [
      { ...settings, source: 'STOCK; DROP TABLE STOCK' },
      'source is "STOCK; DROP TABLE STOCK": must be the name',
    ],
    [{ ...settings, source: '[STOCK]]; DROP' }, 'source is "[STOCK]]; DROP": must be'],
    [
      { ...settings, columns: { ...columns, itemId: '1 SKU' } },
      'columns.itemId is "1 SKU": must be the name of a column',
    ],
    [{ ...settings, columns: { ...columns, itemId: 'a.b' } }, 'columns.itemId is "a.b": must be'],
    [{ ...settings, columns: { ...columns, itemId: 7 } }, 'columns.itemId is 7: must be'],
    [{ ...settings, columns: { ...columns, sku: 'SKU' } }, 'columns.sku is not a setting'],
    [
      { ...settings, columns: { ...columns, itemId: undefined } },
      'columns.itemId is missing: every event needs it',
    ],
    [{ ...settings, constants: {} }, 'columns.scannerId is missing: every event needs it, from a column or'],
    [{ ...settings, constants: { scannerId: '|' } }, 'constants.scannerId is "|": must be 1 to 64 letters'],
    [
      { ...settings, constants: { scannerId: 'WMS', userId: 'x' } },
      'constants.userId and columns.userId are both there',
    ],
    [{ ...settings, constants: { scannerId: 'WMS', itemId: 'X' } }, 'constants.itemId is not a setting'],
    [{ ...settings, eventTypes: { ADJ: 'Adjustment' } }, 'eventTypes.ADJ is "Adjustment": Invalid option'],
    [
      {
        ...settings,
        columns: { ...columns, eventType: undefined },
        constants: { scannerId: 'WMS', eventType: 'InventoryPick' },
      },
      'eventTypes is there without columns.eventType',
    ],
    [{ ...settings, order: undefined }, 'order is missing'],
    [{ ...settings, order: { column: 'SEQ', kind: 'random' } }, 'order.kind is "random": must be "commit-'],
    [
      { ...settings, order: { column: 'SEQ', kind: 'rowversion', overlapSeconds: 5 } },
      'order.overlapSeconds is not a',
    ],
    [
      { ...settings, order: { column: 'SEQ', kind: 'overlap', overlapSeconds: 0 } },
      'order.overlapSeconds is 0: ',
    ],
    [
      { ...settings, order: { ...settings.order, startAfter: 1.5 } },
      'order.startAfter is 1.5: must be a whole number',
    ],
    [
      { ...settings, order: { column: 'RV', kind: 'rowversion', startAfter: -1 } },
      'order.startAfter is -1: must be a whole number, 0 or more',
    ],
    [{ ...settings, pollMilliseconds: 1 }, 'pollMilliseconds is 1: '],
    [{ ...settings, pageSize: 100_000 }, 'pageSize is 100000: '],
    [{ ...settings, pagesize: 5 }, 'pagesize is not a setting'],
  ])('%j is refused in one line', (value, message) => {
    const fault = faultOf(value);
    expect(fault).toContain(message);
    expect(fault).not.toContain('\n');
  });

  test('is named when it is not there', () => {
    expect(() => readOutboxSettings('/no/such/file.jsonc')).toThrow(/^\/no\/such\/file\.jsonc: ENOENT/);
  });
});
