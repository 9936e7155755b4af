import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { backlogSchema } from '../../shared/contracts/backlog.ts';
import { type Fabric, startFabric, transaction, until } from '../system/fabric.ts';
import { omsOf } from '../system/orders.ts';
import { findChromium } from './chromium.ts';
import { openConsole, shows } from './console-page.ts';
import { keepPicture } from './pictures.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ITEM = 'ITEM-12345';
const LONG = 'ITEM-10000';
const ORDER = 'ORD-1001';

/** Transactions of the item with a long history. */
const MANY = 10_000;

/** The console on the real stack: what people see there is what was scanned and ordered. */
describe.skipIf(findChromium() === undefined)('The console of the whole stack', () => {
  let fabric: Fabric;
  let oms: ReturnType<typeof omsOf>;

  beforeAll(async () => {
    fabric = await startFabric({ environment: { STOCKBRIDGE_TELEMETRY_DIR: '' } });
    oms = omsOf(fabric);
    await playMorning(fabric, oms);
  });
  afterAll(() => fabric?.stop());

  const open = (path: string) => openConsole(fabric.stack.urls.functions, path, 'operator');

  test('leads from the item to why its ATP is what it is', async () => {
    const { page, complaints } = await open('items');
    await page.getByLabel('Item', { exact: true }).fill(ITEM);
    await keepPicture(page, 'console/1-find-the-item');
    await page.keyboard.press('Enter');
    await shows(page, 'Why is it');
    await shows(page, '2 positions add up to the');
    await shows(page, 'at risk');
    await keepPicture(page, 'console/2-what-is-promised');
    await page.getByRole('heading', { name: /^Why is it/ }).scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollTo(0, (document.querySelectorAll('h2')[1]?.offsetTop ?? 0) - 20));
    await keepPicture(page, 'console/3-why');
    await page.getByRole('link', { name: 'A-05-02' }).first().click();
    await shows(page, 'Transactions of ITEM-12345 in A-05-02');
    await page
      .locator('p.caption', { hasText: 'Transactions of' })
      .evaluate((caption) => scrollTo(0, caption.getBoundingClientRect().top + scrollY - 20));
    await keepPicture(page, 'console/4-transactions');
    expect(await page.getByText('the figure stands on this').count()).toBe(1);
    await page.getByRole('link', { name: ORDER }).first().click();
    await shows(page, 'backordered');
    await keepPicture(page, 'console/5-the-order');
    expect(complaints).toEqual([]);
  });

  test('shows the day that is played as it is played: events, latency, backlog, allocations', async () => {
    const { page, complaints } = await open('');
    await page.getByText('Live', { exact: true }).waitFor();
    await shows(page, 'inventory-events/atp-projection');
    await shows(page, 'confirmed by a warehouse; to be picked');
    const before = await eventsInAll(page);
    for (let item = 0; item < 8; item += 1) await scanMany(fabric, `ITEM-LIVE-${item}`, 500);
    await expect.poll(() => eventsInAll(page), { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 4_000);
    await keepPicture(page, 'console/now');
    expect(complaints).toEqual([]);
  });

  test('pages through 10,000 transactions of the real journal', async () => {
    await fabric.know([LONG], ['C-01-01']);
    for (let sent = 0; sent < MANY; sent += 500) await scanMany(fabric, LONG, 500, 'C-01-01');
    await until(
      () => oms.atp(LONG),
      ({ onHand }) => onHand === MANY,
      120_000,
    );
    await untilJournalled(fabric);
    const { page } = await open(`items/${LONG}`);
    await page.getByText('10,000 transactions read.').waitFor({ timeout: 120_000 });
    await shows(page, '1 position adds up to the 10,000 on hand.');
    const pages = page.getByRole('navigation', { name: /^Pages: Transactions/ });
    for (let turn = 0; turn < 20; turn += 1) await pages.getByRole('button', { name: 'Next' }).click();
    await pages.getByRole('button', { name: 'Last' }).click();
    await shows(page, '9,951 to 10,000 of 10,000 rows');
  });

  test('sends a parked message again, deletes one and restores it, and the log says who did so', async () => {
    const { page } = await open('messages?reason=unknown-warehouse');
    await shows(page, 'unknown warehouse');
    await keepPicture(page, 'console/messages');
    const several = page.getByRole('region', { name: 'With several at once' });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByLabel('Choose all').check();
    await several.getByLabel('Why', { exact: true }).fill('A test of the sender.');
    await several.getByRole('button', { name: 'Delete' }).click();
    await shows(page, '1 message deleted.');
    await page.getByRole('combobox', { name: 'State' }).selectOption('deleted');
    await shows(page, 'A test of the sender.');
    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Restore' }).click();
    await shows(page, '1 message restored.');
    await page.getByRole('button', { name: 'Show all' }).click();
    await several.getByLabel(/^all that wait/).check();
    await several.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '1 message sent again.');
    await page.getByRole('link', { name: 'Who did what to them' }).click();
    for (const what of ['delete messages', 'restore messages', 'replay messages']) await shows(page, what);
    expect(await page.getByRole('cell', { name: 'ann', exact: true }).count()).toBe(3);
  });
});

/** Two warehouses, lots, an order that a count cuts, a count under way, and a message of a warehouse that nobody knows. */
async function playMorning(fabric: Fabric, oms: ReturnType<typeof omsOf>): Promise<void> {
  await fabric.know([ITEM], ['A-05-02', 'B-01-01']);
  const receive = (warehouseId: string, locationId: string, quantity: number, lotNumber?: string) =>
    transaction({ itemId: ITEM, warehouseId, locationId, quantity, ...(lotNumber && { lotNumber }) });
  await fabric.transact([
    receive('WH-001', 'A-05-02', 60, 'LOT-2024-089'),
    receive('WH-001', 'A-05-02', 30, 'LOT-2024-089'),
    receive('WH-001', 'B-01-01', 25),
    receive('WH-002', 'B-01-01', 12),
  ]);
  await until(
    () => oms.atp(ITEM),
    ({ onHand }) => onHand === 127,
  );
  await oms.send('PUT', `items/${ITEM}/warehouses/WH-001/safety-stock`, { quantity: 5 });
  await oms.order(ORDER, [{ itemId: ITEM, quantity: 122 }]);
  await oms.untilAtRest(ORDER);
  const lotNumber = 'LOT-2024-089';
  const place = { itemId: ITEM, locationId: 'A-05-02', lotNumber };
  const [{ allocationId = undefined } = {}] = (await oms.read(ORDER)).lines[0]?.sources ?? [];
  await fabric.transact([
    transaction({
      ...place,
      type: 'pick',
      quantity: 10,
      orderId: ORDER,
      ...(allocationId && { allocationId }),
    }),
  ]);
  await fabric.transact([transaction({ ...place, type: 'count', quantity: 70 })]);
  await fetch(`${fabric.stack.urls.adapter}/api/v1/locks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ warehouseId: 'WH-001', locationId: 'B-01-01', scannerId: 'SCANNER-09', userId: 'carl' },
    }),
  });
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await oms.send('PUT', `items/${ITEM}/warehouses/WH-002/expected-receipts/ASN-77`, {
    ...{ quantity: 40, expectedOn: day },
  });
  await until(
    () => oms.atp(ITEM),
    ({ atRisk }) => atRisk === 25,
  );
  await fabric.publish({
    messageId: 'evt-20241118-000077',
    contentType: 'application/json',
    body: { ...PUBLISHED, timestamp: new Date().toISOString() },
  });
  await until(
    () => fabric.quarantine(),
    (messages) => messages.length === 1,
  );
}

const PUBLISHED = {
  ...{ eventId: 'evt-20241118-000077', eventType: 'InventoryAdjustment', itemId: ITEM },
  ...{ warehouseId: 'WH-999', locationId: 'A-05-02', lotNumber: 'LOT-2024-089', quantityChange: -50 },
  ...{
    resultingOnHand: 450,
    transactionId: 'TRX-445566',
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
  },
};

async function scanMany(fabric: Fabric, itemId: string, count: number, locationId?: string): Promise<void> {
  const place = locationId ?? 'L-01';
  if (locationId === undefined) await fabric.know([itemId], [place]);
  const scan = () => transaction({ itemId, locationId: place, quantity: 1 });
  const results = await fabric.transact(Array.from({ length: count }, scan));
  expect(results.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
}

/** The journal has a subscription of its own, and is not as fast as the projection. */
async function untilJournalled(fabric: Fabric): Promise<void> {
  const journal = async () => {
    const { places } = backlogSchema.parse((await fabric.get('backlog')).body);
    return places.find(({ place }) => place === 'inventory-events/journal');
  };
  await until(journal, (found) => found?.waiting === 0, 120_000);
}

/** The figure of the first tile. */
async function eventsInAll(page: Page): Promise<number> {
  const text = await page
    .getByText(/^[\d,]+ in all$/)
    .first()
    .textContent();
  return Number(text?.replace(/\D/g, ''));
}
