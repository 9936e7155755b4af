import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium, limitStorage } from './chromium.ts';
import {
  enter,
  openAtWork,
  openScannerApp,
  press,
  putToWork,
  type ScannerAtWork,
  scan,
  TEAPOT,
  untilSeen,
  untilStatus,
} from './scanner-app.ts';

/** Pastes a text, as a person does who copied it elsewhere. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, text);
}

/** The app, where one teapot is about to be received. */
async function openWithTeapot(): Promise<ScannerAtWork> {
  const app = await openAtWork();
  await press(app.page, 'Receive');
  await scan(app.page, TEAPOT);
  await untilSeen(app.page, 'Teapot, blue, 1 piece');
  await scan(app.page, 'A-01-01');
  await untilSeen(app.page, 'Location A-01-01');
  return app;
}

describe.skipIf(findChromium() === undefined)('a scan', { timeout: 150_000 }, () => {
  test('goes to the field that expects it whatever has the focus, and presses nothing', async () => {
    const { page } = await openAtWork();
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await untilSeen(page, 'Teapot, blue');
    // The focus is on the way back, which Enter would press.
    await page.getByRole('button', { name: 'Back' }).focus();
    await scan(page, 'A-01-01', 2);
    await untilSeen(page, 'Location A-01-01');
    await scan(page, 'B1');
    await untilSeen(page, 'B1 is not known here');
    await page.getByRole('heading', { name: 'Receive' }).waitFor();
    // Somebody is in the middle of typing a lot.
    await press(page, /^Lot/);
    await press(page, 'Another lot …');
    await page.getByRole('textbox', { name: 'Lot' }).fill('L-77');
    await scan(page, TEAPOT);
    await untilSeen(page, 'Teapot, blue, 2 pieces');
    await press(page, 'Receive 2');
    await untilSeen(page, /Received 2/);
  });

  test('leaves a text that is being typed as it was', async () => {
    const { page } = await openScannerApp();
    await untilSeen(page, 'Waiting for the device card');
    await press(page, 'Type it in instead');
    const name = page.getByLabel('Name of the device');
    await name.fill('SCANNER-');
    await scan(page, TEAPOT);
    await untilSeen(page, /^That is not a device card/);
    expect(await name.inputValue()).toBe('SCANNER-');
    // Keys that a person presses one by one stay.
    await name.pressSequentially('08', { delay: 120 });
    expect(await name.inputValue()).toBe('SCANNER-08');
  });

  test('leaves a figure that is being entered as it was, and a PIN', async () => {
    const { page } = await openAtWork();
    await press(page, 'Count');
    await scan(page, 'A-01-02');
    await untilSeen(page, /You count here until/);
    await scan(page, 'MUG-4');
    await press(page, /^Quantity/);
    await press(page, '1');
    await press(page, '2');
    const figure = page.locator('dialog output');
    await scan(page, TEAPOT);
    await untilSeen(page, /is another item/);
    expect(await figure.innerText()).toBe('12');
    // Keys of the device go on where the person was, and Enter takes what was entered.
    await page.keyboard.press('3', { delay: 60 });
    await expect.poll(() => figure.innerText()).toBe('123');
    await page.keyboard.press('Enter', { delay: 60 });
    await page.getByRole('button', { name: 'Quantity: 123. Tap to change' }).waitFor();
    await press(page, 'Back');
    await press(page, 'Settings');
    await press(page, 'Hand over the device');
    await press(page, 'Sign out');
    await scan(page, 'ANN-1');
    await press(page, '2');
    await press(page, '4');
    await scan(page, 'stockbridge:device?id=SCANNER-08');
    await untilSeen(page, 'That is a device card. It is not needed here.');
    await press(page, '6');
    await press(page, '8');
    await press(page, 'Sign in');
    await untilSeen(page, 'Hello Ann Brook');
  });

  test('that is typed goes into the field that was tapped, as a bar code or an id', async () => {
    const { page } = await openAtWork();
    await press(page, 'Receive');
    await press(page, /^Location/);
    await page.getByLabel('Type the code').fill('TEAPOT-1');
    await press(page, 'OK');
    await untilSeen(page, 'TEAPOT-1 is no location');
    await press(page, /^Item/);
    await page.getByLabel('Type the code').fill(TEAPOT);
    await page.keyboard.press('Enter');
    await untilSeen(page, 'Teapot, blue, 1 piece');
  });

  test('of a code that several items have asks which, also where stock is looked up', async () => {
    const app = await openScannerApp();
    const { page, adapter } = app;
    await adapter.call('PUT', '/items', [
      { itemId: 'TEAPOT-2', description: 'Teapot, red', barcodes: [TEAPOT] },
    ]);
    await putToWork(app);
    await scan(page, TEAPOT);
    await press(page, /^Teapot, red/);
    await untilSeen(page, 'Nothing is known to be there');
    await scan(page, TEAPOT);
    await press(page, /^Teapot, blue/);
    await untilSeen(page, '84');
    await press(page, 'Back');
    await press(page, 'Receive');
    await scan(page, TEAPOT);
    await press(page, /^Teapot, red/);
    await untilSeen(page, 'Teapot, red, 1 piece');
  });

  test('of a GS1 code fills in lot, day of expiry and quantity', async () => {
    const { page, adapter } = await openAtWork();
    await press(page, 'Receive');
    await scan(page, '(01)09506000134352(17)200101(30)12(10)L-900');
    await untilSeen(page, 'Yoghurt, plain, 500 g, 12 pieces');
    await untilSeen(page, 'Item · YOGHURT · Use by 01/01/2020');
    await untilSeen(page, 'L-900');
    await scan(page, 'B-07-03');
    await press(page, 'Receive 12');
    await untilSeen(page, 'It expired on 01/01/2020.');
    await press(page, 'Yes, save it');
    await untilStatus(page, 'All synced');
    const { body } = await adapter.call('GET', '/positions?itemId=YOGHURT&warehouseId=WH-001');
    expect(Object(body).positions).toContainEqual(
      expect.objectContaining({ lotNumber: 'L-900', onHand: 12 }),
    );
  });

  test('pasted 2,000 times blocks nobody, and is told about at the end', async () => {
    const { page } = await openWithTeapot();
    const lines = Array.from({ length: 2_000 }, (_, index) => (index % 200 === 7 ? `NO-${index}` : TEAPOT));
    await paste(page, lines.join('\n'));
    await untilSeen(page, /of 2,000 pasted scans read/);
    // The page hears what is pressed meanwhile.
    await press(page, 'One more');
    await untilSeen(page, '1,990 pasted scans taken, 10 refused');
    await press(page, 'Receive 1,992');
    await untilSeen(page, '1,992 is a lot: usual are up to 100.');
    await press(page, 'Yes, save it');
    await untilStatus(page, 'All synced');
  });
});

describe.skipIf(findChromium() === undefined)('bad input', { timeout: 150_000 }, () => {
  test('of ten times the usual quantity is asked about, and of none is refused', async () => {
    const { page } = await openWithTeapot();
    await enter(page, 1_001);
    await press(page, 'Receive 1,001');
    await untilSeen(page, '1,001 is a lot: usual are up to 100.');
    await press(page, 'No, change it');
    // The keys are there at once.
    await press(page, '0');
    await press(page, 'OK');
    await press(page, 'Receive 0');
    await untilSeen(page, 'Quantity has to be 1 or more');
    expect(await page.locator('.status').innerText()).toContain('Ready');
  });

  test('of a device that is full leaves the scan in the form, and says what to do', async () => {
    const { page, server } = await openWithTeapot();
    await server.goAway();
    await limitStorage(page, 1);
    // There is a little room in the file itself.
    const full = page.getByText('The scan was not stored. It is still in the form.');
    for (let times = 0; times < 2_000 && !(await full.isVisible()); times++) {
      if (await page.getByRole('button', { name: 'Receive 1', exact: true }).isVisible())
        await page.evaluate(() => document.querySelector<HTMLElement>('.actions .button--primary')?.click());
      else await scan(page, TEAPOT);
    }
    await full.waitFor();
    await press(page, 'OK');
    await untilSeen(page, 'A-01-01');
    await limitStorage(page);
    await press(page, 'Receive 1');
    await untilSeen(page, /Received 1/);
  });
});
