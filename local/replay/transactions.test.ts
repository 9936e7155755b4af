import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movementOf } from './movement.ts';
import { type RetailRow, type RowRange, readRetailRows } from './retail-row.ts';
import { createMapping, type WarehouseTransaction } from './transactions.ts';
import { homeOf, isKeptByLot, PICK_LOCATIONS, pickLocationOf, WAREHOUSES } from './warehouse-layout.ts';

const sampleDay = join(import.meta.dirname, 'data/online-retail-2011-12-05.csv.gz');

function row(over: Partial<RetailRow> = {}): RetailRow {
  return {
    line: 1,
    invoice: '536365',
    date: Date.parse('2011-03-01T08:26:00Z'),
    stockCode: '85123A',
    description: 'WHITE HANGING HEART T-LIGHT HOLDER',
    quantity: 6,
    unitPrice: 2.55,
    customer: '17850',
    ...over,
  };
}

function replay(rows: readonly RetailRow[], runId = 'test'): WarehouseTransaction[] {
  const mapping = createMapping({ runId, shift: 0 });
  return rows.flatMap(mapping.transactionsOf);
}

const keyOf = ({ itemId, warehouseId, lotNumber }: WarehouseTransaction, locationId: string) =>
  [itemId, warehouseId, locationId, lotNumber ?? ''].join('|');

/** What each transaction does to which position, in the WMS's own arithmetic. */
function changesOf(transaction: WarehouseTransaction): [position: string, change: number][] {
  const { type, quantity, locationId, toLocationId = '' } = transaction;
  if (type === 'pick') return [[keyOf(transaction, locationId), -quantity]];
  if (type !== 'transfer') return [[keyOf(transaction, locationId), quantity]];
  return [
    [keyOf(transaction, locationId), -quantity],
    [keyOf(transaction, toLocationId), quantity],
  ];
}

describe('what a line of the Online Retail data means in a warehouse', () => {
  const meanings: [name: string, given: RetailRow, expected: object][] = [
    ['a sale is a pick', row(), { kind: 'sale', itemId: '85123A', quantity: 6 }],
    ['stock codes are the same article in either case', row({ stockCode: '85123a' }), { itemId: '85123A' }],
    ['a free sample to a customer is a pick', row({ unitPrice: 0 }), { kind: 'sale', quantity: 6 }],
    [
      'a cancellation is a return',
      row({ invoice: 'C536379', quantity: -3 }),
      { kind: 'return', quantity: 3 },
    ],
    [
      'a write-off is a correction, with its reason',
      row({ quantity: -40, unitPrice: 0, customer: '', description: 'damaged' }),
      { kind: 'correction', quantity: -40, reason: 'damaged' },
    ],
    [
      'a find is a correction',
      row({ quantity: 40, unitPrice: 0, customer: '', description: 'found' }),
      { kind: 'correction', quantity: 40, reason: 'found' },
    ],
    [
      'a correction without a description still has a reason',
      row({ quantity: -1, unitPrice: 0, customer: '', description: '' }),
      { kind: 'correction', reason: 'no reason given' },
    ],
    ...[
      'POST',
      'DOT',
      'M',
      'm',
      'C2',
      'D',
      'S',
      'B',
      'BANK CHARGES',
      'AMAZONFEE',
      'CRUK',
      'PADS',
      'gift_0001_20',
    ].map((code): [string, RetailRow, object] => [
      `${code} is no goods`,
      row({ stockCode: code }),
      { kind: 'skipped', code: code.toUpperCase() },
    ]),
    [
      'goods whose code does not begin with digits are goods',
      row({ stockCode: 'DCGSSGIRL' }),
      { kind: 'sale' },
    ],
  ];

  test.each(meanings)('%s', (_, given, expected) => {
    expect(movementOf(given)).toMatchObject(expected);
  });
});

describe('the transactions of a replay', () => {
  test('a pick that finds nothing is preceded by a receipt at the dock and a put-away to its location', () => {
    const [receipt, putAway, pick, ...none] = replay([row()]);
    const to = pick?.locationId;
    expect(receipt).toMatchObject({ type: 'receipt', locationId: 'DOCK-01', reason: 'replenishment' });
    expect(putAway).toMatchObject({
      type: 'transfer',
      locationId: 'DOCK-01',
      toLocationId: to,
      quantity: receipt?.quantity,
    });
    expect(pick).toMatchObject({ type: 'pick', quantity: 6, orderId: '536365' });
    expect(PICK_LOCATIONS).toContain(to);
    expect(none).toEqual([]);
  });

  test('a pick that finds enough stands alone', () => {
    expect(replay([row(), row({ line: 2 })]).map(({ type }) => type)).toEqual([
      'receipt',
      'transfer',
      'pick',
      'pick',
    ]);
  });

  test('a pick that spans two lots is two transactions, oldest lot first', () => {
    const stockCode = Array.from({ length: 100 }, (_, index) => `2${1000 + index}`).find(isKeptByLot) ?? '';
    const first = replay([row({ stockCode, quantity: 10 })]);
    const left = (first[0]?.quantity ?? 0) - 10;
    const later = row({ line: 2, stockCode, quantity: left + 5, date: Date.parse('2011-06-01T10:00:00Z') });
    const picks = replay([row({ stockCode, quantity: 10 }), later]).filter(({ type }) => type === 'pick');
    expect(picks.map(({ lotNumber, quantity }) => [lotNumber, quantity])).toEqual([
      ['LOT-2011-Q1', 10],
      ['LOT-2011-Q1', left],
      ['LOT-2011-Q2', 5],
    ]);
  });

  test('a write-off may take more than there is', () => {
    const writeOff = row({ quantity: -5368, unitPrice: 0, customer: '', description: 'lost' });
    expect(replay([writeOff])).toMatchObject([
      { type: 'adjustment', quantity: -5368, reason: 'lost', warehouseId: homeOf('85123A') },
    ]);
  });

  test('what a write-off took below zero is made good before the next pick', () => {
    const writeOff = row({ quantity: -100, unitPrice: 0, customer: '' });
    const invoice = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].find((name) =>
      replay([row({ invoice: name })]).every(({ warehouseId }) => warehouseId === homeOf('85123A')),
    );
    const [, receipt] = replay([writeOff, row({ line: 2, invoice: invoice ?? '' })]);
    expect(receipt?.quantity).toBeGreaterThanOrEqual(106);
  });

  test('another run of the same file has other transaction ids and is otherwise the same', () => {
    const withoutIds = (transactions: WarehouseTransaction[]) =>
      transactions.map(({ transactionId: _id, ...rest }) => rest);
    const [one, two] = [replay([row()], 'one'), replay([row()], 'two')];
    expect(withoutIds(one)).toEqual(withoutIds(two));
    expect(new Set([...one, ...two].map(({ transactionId }) => transactionId)).size).toBe(6);
    expect(one[0]?.transactionId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  const rows = fc
    .array(
      fc.record({
        invoice: fc.constantFrom('536365', '536366', '536367', '540001', 'C540002'),
        stockCode: fc.constantFrom('85123A', '85123a', '22086', '22865', '21033', 'POST'),
        quantity: fc.integer({ min: -50, max: 500 }),
        unitPrice: fc.constantFrom(0, 2.55),
        customer: fc.constantFrom('', '17850'),
        month: fc.integer({ min: 0, max: 11 }),
      }),
      { maxLength: 60 },
    )
    .map((drafts) =>
      drafts
        .toSorted((a, b) => a.month - b.month)
        .map(({ month, ...draft }, index) =>
          row({ ...draft, line: index + 1, date: Date.UTC(2011, month, 2) }),
        ),
    );

  test('replayed twice they are the same', () => {
    fc.assert(
      fc.property(rows, (given) => {
        expect(replay(given)).toEqual(replay(given));
      }),
    );
  });

  test('take no position below zero except by corrections, are in the order of scan time and never share an id', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const transactions = replay(given);
        const onHand = new Map<string, number>();
        for (const transaction of transactions) {
          for (const [position, change] of changesOf(transaction)) {
            const now = (onHand.get(position) ?? 0) + change;
            onHand.set(position, now);
            if (change < 0 && transaction.type !== 'adjustment') expect(now).toBeGreaterThanOrEqual(0);
          }
        }
        const times = transactions.map(({ scannedAt }) => scannedAt);
        expect(times).toEqual(times.toSorted());
        expect(new Set(times).size).toBe(times.length);
        expect(new Set(transactions.map(({ transactionId }) => transactionId)).size).toBe(times.length);
      }),
    );
  });

  test('keep the sum of every item as the file has it, apart from what was replenished', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const sold = given.map(movementOf).reduce((sum, movement) => sum + change(movement), 0);
        const replayed = replay(given)
          .filter(({ reason }) => reason !== 'replenishment' && reason !== 'put-away')
          .flatMap(changesOf)
          .reduce((sum, [, pieces]) => sum + pieces, 0);
        expect(replayed).toBe(sold);
      }),
    );
    function change(movement: ReturnType<typeof movementOf>): number {
      if (movement.kind === 'skipped') return 0;
      return movement.kind === 'sale' ? -movement.quantity : movement.quantity;
    }
  });

  test('the sample day is work for eight warehouses', async () => {
    const mapping = createMapping({ runId: 'test', shift: 0 });
    const transactions: WarehouseTransaction[] = [];
    let lines = 0;
    for await (const given of readRetailRows(sampleDay)) {
      lines += 1;
      transactions.push(...mapping.transactionsOf(given));
    }
    expect(lines).toBe(5331);
    expect(new Set(transactions.map(({ warehouseId }) => warehouseId))).toEqual(new Set(WAREHOUSES));
    const away = transactions.filter(
      ({ type, itemId, warehouseId }) => type === 'pick' && warehouseId !== homeOf(itemId),
    );
    expect(away.length / transactions.length).toBeGreaterThan(0.05);
    for (const { itemId, warehouseId, locationId, type } of transactions) {
      if (type === 'pick') expect(locationId).toBe(pickLocationOf(itemId, warehouseId));
    }
    expect([...mapping.skipped.values()].reduce((sum, count) => sum + count, 0)).toBe(19);
  });
});

describe('reading the file', () => {
  test('reads the days that are wanted, the last one included, and keeps the numbers of the lines', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stockbridge-retail-'));
    const file = join(folder, 'rows.csv');
    const times = [
      '2011-10-31T23:59:00',
      '2011-11-01T00:00:00',
      '2011-11-30T23:59:00',
      '2011-12-01T00:00:00',
    ];
    const rows = times.map((time) => `1,${time},A,B,6,1,2`).join('\n');
    await writeFile(
      file,
      `InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,CustomerID\n${rows}\n`,
    );
    const linesIn = async (range: RowRange) => {
      const lines: number[] = [];
      for await (const { line } of readRetailRows(file, range)) lines.push(line);
      return lines;
    };
    expect(await linesIn({})).toEqual([1, 2, 3, 4]);
    expect(await linesIn({ from: '2011-11-01', to: '2011-11-30' })).toEqual([2, 3]);
    expect(await linesIn({ from: '2011-11-01', limit: 3 })).toEqual([2, 3]);
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    [
      'InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,CustomerID\n1,2011-12-05T08:00:00,A,B,six,1,2',
      'line 1: Quantity "six" is not valid',
    ],
    [
      'InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,CustomerID\n1,5.12.2011,A,B,6,1,2',
      'line 1: InvoiceDate "5.12.2011" is not valid',
    ],
    ['InvoiceNo,StockCode\n1,A', 'line 1: column InvoiceDate is missing'],
  ])('says what is wrong with %j', async (text, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'stockbridge-retail-'));
    await writeFile(join(folder, 'rows.csv'), text);
    const rowsOf = async () => {
      for await (const _ of readRetailRows(join(folder, 'rows.csv')));
    };
    await expect(rowsOf()).rejects.toThrow(message);
    await rm(folder, { recursive: true, force: true });
  });
});
