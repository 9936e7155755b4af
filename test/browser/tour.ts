import {
  countElsewhere,
  enter,
  pickElsewhere,
  press,
  receiveTeapot,
  type ScannerAtWork,
  scan,
  signIn,
  TEAPOT,
  untilSeen,
} from './scanner-app.ts';

/**
 * Goes through all screens, in the order of a shift.
 * @param at told each by its name
 */
export async function tour(app: ScannerAtWork, at: (name: string) => Promise<void>): Promise<void> {
  const { page, adapter, server } = app;
  await untilSeen(page, 'Waiting for the device card');
  await at('01-set-up');
  await press(page, 'Type it in instead');
  await at('02-set-up-by-hand');
  await press(page, 'Back');
  await scan(page, app.card);
  await untilSeen(page, 'Scan your badge');
  await at('03-badge');
  await scan(page, 'ANN-1');
  await untilSeen(page, 'ANN-1');
  await press(page, '2');
  await press(page, '4');
  await at('04-pin');
  await press(page, 'Back');
  await signIn(page, 'ANN-1', '9999');
  await untilSeen(page, 'Badge or PIN is wrong.');
  await at('05-wrong-pin');
  await press(page, 'Back');
  await signIn(page, 'ANN-1');
  await untilSeen(page, 'Hello Ann Brook');
  await page.getByText('Items and locations are not loaded yet').waitFor({ state: 'detached' });
  await at('06-home');

  await press(page, 'Receive');
  await at('07-receive');
  await scan(page, TEAPOT);
  await scan(page, 'A-01-01');
  await untilSeen(page, 'Location A-01-01');
  await at('08-receive-full');
  await page.reload();
  await untilSeen(page, 'As you left it. It is not saved yet.');
  await at('08-receive-as-left');
  await scan(page, 'NO-SUCH-CODE');
  await untilSeen(page, 'NO-SUCH-CODE is not known here');
  await at('09-refused');
  await press(page, /^Quantity/);
  await at('10-quantity');
  for (const digit of '500') await press(page, digit);
  await press(page, 'OK');
  await press(page, 'Receive 500');
  await untilSeen(page, 'Is that right?');
  await at('11-doubt');
  await press(page, 'Yes, save it');
  await untilSeen(page, /Received 500/);
  await at('12-received');
  await press(page, 'Back');

  await press(page, 'Pick');
  await untilSeen(page, 'Order ORD-1001');
  await at('13-pick-list');
  await press(page, /ORD-1001/);
  await untilSeen(page, 'Teapot, blue');
  await at('14-pick-order');
  await press(page, /Teapot/);
  await untilSeen(page, 'Where it lies');
  await untilSeen(page, 'A-01-01');
  await at('15-pick-line');
  await scan(page, 'A-01-01');
  await scan(page, TEAPOT);
  await untilSeen(page, 'pieces there');
  await at('16-pick-full');
  await press(page, 'One less');
  await press(page, 'Pick 5');
  await untilSeen(page, 'Short pick');
  await at('17-short-pick');
  await press(page, 'Rest is not there: close');
  await untilSeen(page, 'Picked 5');
  await press(page, 'Back');
  await press(page, 'Back');
  await press(page, 'Back');

  await press(page, 'Move');
  await scan(page, 'B-07-03');
  await scan(page, TEAPOT);
  await untilSeen(page, 'Scan where it goes');
  await at('18-move');
  await press(page, 'Back');

  await press(page, 'Count');
  await at('19-count');
  await scan(page, 'A-01-02');
  await untilSeen(page, /You count here until/);
  await at('20-count-locked');
  await scan(page, 'MUG-4');
  await enter(page, 118);
  await at('21-count-full');
  await press(page, 'Save, next item');
  await untilSeen(page, '2 fewer than in the books');
  await at('22-variance');
  await press(page, 'Finish');
  await press(page, 'Back');

  await countWhatIsAsked(app, at);

  await press(page, 'Adjust');
  await scan(page, 'A-01-01');
  await scan(page, TEAPOT);
  await untilSeen(page, /version/);
  await at('23-adjust');
  await press(page, /^Reason/);
  await at('24-reason');
  await press(page, 'Damaged');
  // Somebody else is faster.
  await pickElsewhere(adapter);
  await press(page, 'Adjust by −1');
  await untilSeen(page, '1 scan needs a decision');
  await at('25-new-refusal');
  await press(page, 'Look');
  await untilSeen(page, /Adjustment −1/);
  await at('26-queue-red');
  await press(page, /Adjustment −1/);
  await untilSeen(page, 'Stock has changed meanwhile');
  await at('27-conflict');
  await press(page, 'Drop it');
  await at('28-drop');
  await press(page, 'Close');
  await press(page, 'Back');
  await press(page, 'Back');
  await press(page, 'Back');

  // Another counts where this one receives.
  await countElsewhere(adapter, 'B-07-03');
  await receiveTeapot(page, 'B-07-03');
  await untilSeen(page, '2 scans need a decision');
  await press(page, 'Look');
  await press(page, /Receipt 1/);
  await untilSeen(page, 'Somebody is counting there');
  await at('29-warning');
  await press(page, 'Back');
  await press(page, 'Back');
  await press(page, 'Back');
  await press(page, 'Count');
  await scan(page, 'B-07-03');
  await untilSeen(page, /Taken by ben/);
  await at('30-taken');
  await press(page, 'Back');

  await press(page, 'Stock');
  await at('31-stock');
  await scan(page, TEAPOT);
  await untilSeen(page, 'Live');
  await at('32-stock-live');
  await press(page, 'Back');
  await server.goAway();
  await receiveTeapot(page, 'A-01-02');
  await untilSeen(page, 'Offline');
  await press(page, 'Back');
  await press(page, 'Stock');
  await scan(page, TEAPOT);
  await untilSeen(page, /still waits here/);
  await at('33-stock-offline');
  await press(page, 'Back');
  await press(page, 'Count');
  await scan(page, 'A-01-01');
  await untilSeen(page, /without a lock/);
  await at('34-count-offline');
  await press(page, 'Back');
  await press(page, /^Queue/);
  await untilSeen(page, 'Keep the app open');
  await at('35-queue-offline');
  await press(page, /Receipt 1 × Teapot/);
  await untilSeen(page, 'Stored on this device');
  await at('36-scan-queued');
  await press(page, 'Back');
  await press(page, 'Back');
  await press(page, 'Settings');
  await at('37-settings');
  await page.locator('.content').evaluate((content) => content.scrollTo(0, content.scrollHeight));
  await at('38-settings-below');
  await press(page, 'Hand over the device');
  await untilSeen(page, '1 scan still waits');
  await at('39-hand-over');
  await press(page, 'Sign out');
  await untilSeen(page, 'Scan your badge');
  await at('40-badge-with-queue');
}

/** What an investigation asks for: two counts at one location. */
async function countWhatIsAsked(
  { page, askToCount }: ScannerAtWork,
  at: (name: string) => Promise<void>,
): Promise<void> {
  const place = { warehouseId: 'WH-001', locationId: 'B-07-03' };
  await askToCount(
    { ...place, itemId: 'TEAPOT-1', lotNumber: null },
    { ...place, itemId: 'YOGHURT', lotNumber: 'L-2412' },
  );
  await press(page, 'Count');
  await untilSeen(page, '2 counts wanted');
  await at('41-counts-wanted');
  await press(page, 'Back');
  await page.getByRole('button', { name: 'Count 2 counts wanted' }).waitFor();
  await at('42-home-with-counts');
  await press(page, 'Count 2 counts wanted');
  await press(page, /Yoghurt/);
  await untilSeen(page, 'Go to B-07-03 and scan it');
  await at('43-recount');
  await scan(page, 'B-07-03');
  await untilSeen(page, /You count here until/);
  await enter(page, 55);
  await at('44-recount-full');
  await press(page, 'Save, next item');
  await untilSeen(page, 'The books agree');
  await at('45-recount-next');
  await enter(page, 60);
  await press(page, 'Save and finish');
  await press(page, 'To the list');
  await press(page, 'Back');
}
