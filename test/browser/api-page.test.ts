import { describe, expect, onTestFinished, test } from 'vitest';
import { startAdapterUnderTest } from '../../apps/wms-adapter/adapter-under-test.ts';
import { violationsOf } from './axe.ts';
import { complaintsOf, findChromium, newProfile, openBrowser } from './chromium.ts';

describe.skipIf(findChromium() === undefined)('the pages of the API', () => {
  test.each(['docs', 'docs/bus'])(
    '%s loads under its policy, light and dark, and axe finds nothing',
    async (path) => {
      const adapter = await startAdapterUnderTest();
      onTestFinished(() => adapter.end());
      const page = await (await openBrowser(newProfile())).newPage();
      const complaints = complaintsOf(page);
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      await page.goto(`${adapter.url}/api/v1/${path}`);
      const backgrounds: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const details of (await page.locator('details').all()).slice(0, 10))
          await details.evaluate((element) => element.setAttribute('open', ''));
        expect(await violationsOf(page)).toEqual([]);
        backgrounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      }
      expect(new Set(backgrounds).size).toBe(2);
      // The page itself, and the icon that it brings along.
      expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`${adapter.url}/api/v1/${path}`]);
      expect(complaints).toEqual([]);
    },
  );

  test('a link to an operation opens it, and a keyboard opens and closes one', async () => {
    const adapter = await startAdapterUnderTest();
    onTestFinished(() => adapter.end());
    const page = await (await openBrowser(newProfile())).newPage();
    await page.goto(`${adapter.url}/api/v1/docs#op-ledger`);
    const ledger = page.locator('details', { has: page.locator('#op-ledger') });
    await expect.poll(() => ledger.getAttribute('open')).not.toBeNull();
    await ledger.locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => ledger.getAttribute('open')).toBeNull();
  });
});
