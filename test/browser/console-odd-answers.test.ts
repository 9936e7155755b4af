import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import { ITEM, workingDay } from './console-answers.ts';
import { startConsoleApi } from './console-api.ts';
import { openConsole, shows } from './console-page.ts';

/** What comes from a proxy in between, from a link that was typed, from a message that nobody meant. */
describe.skipIf(findChromium() === undefined)('The console, odd answers', () => {
  const open = async (path: string, answers = workingDay()) => {
    const api = await startConsoleApi(answers);
    return { api, ...(await openConsole(api.url, path, 'operator')) };
  };

  test('a page in place of an answer is told as that, and left by trying again', async () => {
    const { page } = await open('orders');
    await shows(page, 'ORD-1002');
    const html = { status: 200, contentType: 'text/html', body: '<html>Sign in to the wireless network' };
    await page.route('**/api/sign-in', (route) => route.fulfill(html));
    await page.reload();
    await shows(page, 'The answer can not be read.');
    await page.unroute('**/api/sign-in');
    await page.route('**/api/people/backorders*', (route) => route.fulfill(html));
    await page.getByRole('button', { name: 'Try again' }).click();
    await shows(page, 'The answer can not be read.');
    await page.unroute('**/api/people/backorders*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await shows(page, 'ORD-1002');
  });

  test('a link with a time that is none shows its page, and what the API says of it', async () => {
    const { page, complaints } = await open('messages?from=yesterday');
    await shows(page, 'evt-77');
    expect(await page.getByLabel('From').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('an answer that a page can not draw is told in its place, and other pages are still there', async () => {
    const answers = workingDay();
    answers.actions = () => ({ body: { actions: [{ actionId: 'a', kind: 'close-investigation' }] } });
    const { page } = await open('actions', answers);
    await page.getByRole('heading', { name: 'This page can not be shown' }).waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await shows(page, 'ORD-1002');
  });

  test.each([
    ['{"quantityChange":12345678901234567890}', '{"quantityChange":12345678901234567890}'],
    ['{"itemId":"A","itemId":"B"}', '{"itemId":"A","itemId":"B"}'],
    ['{"itemId": "A B"}', '{\n  "itemId": "A B"\n}'],
  ])('the body of a message is shown as it came: %s', async (body, shown) => {
    const answers = workingDay();
    const message = {
      ...{ id: 'odd-1', messageId: 'odd-1', state: 'parked', reason: 'invalid-event', detail: 'Odd.' },
      ...{ subscription: 'atp-projection', receivedAt: '2024-11-18T10:00:00.000Z', sequenceNumber: '1' },
      ...{ body, bytes: body.length },
    };
    answers.quarantine = () => ({ body: { messages: [message] } });
    const { page } = await open('messages?id=odd-1', answers);
    expect(await page.locator('pre').textContent()).toBe(shown);
  });

  test('a day of the plan is the day of its table, also where it is still the day before', async () => {
    const { page, api } = await open('orders');
    await page
      .context()
      .newCDPSession(page)
      .then((session) =>
        session.send('Emulation.setTimezoneOverride', { timezoneId: 'America/Los_Angeles' }),
      );
    await page.goto(`${api.url}/api/console/items/${ITEM}`);
    const chart = page.getByRole('img', { name: /^ATP and projected quantity by day/ });
    await chart.scrollIntoViewIfNeeded();
    const table = page.getByRole('table', { name: /^Days on which something changes/ });
    const first = await table.getByRole('cell').first().textContent();
    const box = await chart.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 64, (box?.y ?? 0) + 60);
    const caption = page.locator('figure', { has: chart }).locator('figcaption');
    await expect.poll(() => caption.textContent()).toContain(first);
  });

  test('on paper it is dark on light, without buttons, and no column is cut off', async () => {
    const { page } = await open(`items/${ITEM}`);
    await shows(page, '4 positions add up to the 440 on hand.');
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(12, 22, 30)');
    expect(await page.getByRole('button', { name: /Export CSV/ }).count()).toBe(0);
    await page.setViewportSize({ width: 720, height: 1_000 });
    await expect.poll(() => widest(page)).toBeLessThanOrEqual(720);
  });
});

function widest(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(...[...document.querySelectorAll('table')].map((table) => table.getBoundingClientRect().right)),
  );
}
