import { describe, expect, test } from 'vitest';
import { createInvoices } from './invoices.ts';
import type { RetailRow } from './retail-row.ts';
import type { WarehouseTransaction } from './transactions.ts';

const row = (line: number, invoice: string): RetailRow => ({
  ...{
    line,
    invoice,
    date: 0,
    stockCode: '22086',
    description: '',
    quantity: 6,
    unitPrice: 1,
    customer: '1',
  },
});

const pick = (quantity: number, lotNumber?: string): WarehouseTransaction => ({
  ...{ transactionId: 'b0c5f3ae-0000-5000-8000-000000000001', type: 'pick', itemId: '22086', quantity },
  ...{ warehouseId: 'WH-002', locationId: 'A-01-01', scannedAt: '2011-12-05T08:00:00.000Z', sequence: 1 },
  ...{ scannerId: 'SCANNER-01', userId: 'warehouse_user_01' },
  ...(lotNumber === undefined ? {} : { lotNumber }),
});

/** Every order of these rows, each of them a sale of one piece. */
function ordersOf(invoices: string[], run = 'test') {
  const open = createInvoices(run);
  const orders = invoices.flatMap((invoice, index) => open.add(row(index + 1, invoice), [pick(1)]));
  return [...orders, ...open.end()];
}

describe('the sales of a file as orders', () => {
  test('an invoice is an order, a line of it a line, from the warehouse of its picks', () => {
    const invoices = createInvoices('test');
    invoices.add(row(1, '536365'), [pick(4, 'LOT-2011-Q3'), pick(2, 'LOT-2011-Q4')]);
    invoices.add(row(2, '536365'), [pick(1)]);
    const [order] = invoices.add(row(3, '536366'), [pick(1)]);
    expect(order?.orderId).toMatch(/^536365-[0-9a-f]{8}$/);
    expect(order?.lines).toMatchObject([
      { lineId: '1', itemId: '22086', quantity: 6, preferredWarehouses: ['WH-002'] },
      { lineId: '2', quantity: 1 },
    ]);
  });

  test('a row that is no sale is in no order', () => {
    const invoices = createInvoices('test');
    expect(invoices.add(row(1, 'C536365'), [])).toEqual([]);
    expect(invoices.end()).toEqual([]);
  });

  test('an invoice of more than 200 lines is several orders, and one that comes again is another order', () => {
    const orders = ordersOf([...Array(450).fill('536365'), '536366', '536365']);
    expect(orders.map(({ lines }) => lines.length)).toEqual([200, 200, 50, 1, 1]);
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(5);
  });

  test('the same run gives the same orders, another run others', () => {
    const invoices = ['536365', '536365', '536366'];
    expect(ordersOf(invoices)).toEqual(ordersOf(invoices));
    const ids = [...ordersOf(invoices), ...ordersOf(invoices, 'other')].map(({ orderId }) => orderId);
    expect(new Set(ids).size).toBe(4);
  });

  test('about one invoice in ten is not delivered later', () => {
    const orders = ordersOf(Array.from({ length: 1_000 }, (_, index) => String(536365 + index)));
    const impatient = orders.filter(({ lines }) => lines.some(({ allowBackorder }) => !allowBackorder));
    expect(impatient.length).toBeGreaterThan(60);
    expect(impatient.length).toBeLessThan(140);
  });
});
