import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import { INVESTIGATION, LONG_QUARANTINE, MESSAGE, workingDay } from './console-answers.ts';
import { startConsoleApi } from './console-api.ts';
import { openConsole, shows } from './console-page.ts';

/** Whoever works in the console stays where they are, and with what they typed, whatever comes meanwhile. */
describe.skipIf(findChromium() === undefined)('The place of somebody in the console', () => {
  const open = async (path: string, answers = workingDay()) => {
    const api = await startConsoleApi(answers);
    return { api, ...(await openConsole(api.url, path, 'operator')) };
  };

  test('what is typed into a filter stays when the counts above it are read anew', async () => {
    const answers = workingDay();
    const { 'quarantine/counts': counts } = answers;
    let read = 0;
    answers['quarantine/counts'] = (asked) => {
      read += 1;
      return counts?.(asked) ?? { body: {} };
    };
    const { page } = await open('', answers);
    await page.clock.install();
    await page.getByRole('link', { name: 'Messages', exact: true }).click();
    await shows(page, 'evt-77');
    const item = page.getByRole('searchbox', { name: 'Item' });
    await item.pressSequentially('ITEM-1');
    const before = read;
    await page.clock.runFor(6_000);
    await expect.poll(() => read).toBeGreaterThan(before);
    await expect.poll(() => page.getByText('Live', { exact: true }).count()).toBe(1);
    expect(await item.inputValue()).toBe('ITEM-1');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('itemId')).toBe('ITEM-1');
  });

  test('a list that is read again stays, sorted as it was, and the focus on its button', async () => {
    const { page } = await open('messages');
    await shows(page, 'evt-77');
    const list = page.getByRole('table', { name: /^Messages parked or/ });
    await list.getByRole('button', { name: 'Message' }).click();
    await list.getByRole('button', { name: 'Message' }).click();
    const sorted = list.getByRole('columnheader', { name: 'Message' });
    expect(await sorted.getAttribute('aria-sort')).toBe('descending');
    const again = page.waitForRequest((request) => request.url().includes('/quarantine?'));
    await page.getByRole('button', { name: 'Read again' }).focus();
    await page.keyboard.press('Enter');
    await (await again).response();
    await page.getByText('Messages parked or dead-lettered (2)').waitFor();
    expect(await sorted.getAttribute('aria-sort')).toBe('descending');
    expect(await focused(page)).toBe('Read again');
  });

  test('the way back leads to where the page was left, though its rows are read anew', async () => {
    const answers = workingDay();
    answers.quarantine = () => ({ body: LONG_QUARANTINE });
    const { page } = await open('messages', answers);
    await page.getByRole('link', { name: 'evt-parked-40' }).scrollIntoViewIfNeeded();
    const left = await scrolled(page);
    expect(left).toBeGreaterThan(500);
    await page.evaluate(() => document.querySelector<HTMLElement>('nav a[href$="/orders"]')?.click());
    await shows(page, 'ORD-1002');
    await expect.poll(() => scrolled(page)).toBe(0);
    await page.goBack();
    await expect.poll(() => scrolled(page)).toBe(left);
    await page.goForward();
    await shows(page, 'ORD-1002');
    await expect.poll(() => scrolled(page)).toBe(0);
  });

  test('who closes a message is back at its row, and who replays one is at what is said of it', async () => {
    const answers = workingDay();
    answers.quarantine = () => ({ body: LONG_QUARANTINE });
    const { page } = await open('messages', answers);
    await page.getByRole('link', { name: 'evt-parked-49' }).click();
    const detail = page.getByRole('region', { name: 'Message evt-parked-49' });
    await detail.getByRole('button', { name: 'Close' }).click();
    expect(await focused(page)).toBe('evt-parked-49');
    await page.keyboard.press('Enter');
    await detail.getByRole('button', { name: 'Replay' }).click();
    await expect.poll(() => focused(page)).toBe('1 message sent again.');
  });

  test('who replays a message that another replayed before is told so', async () => {
    const answers = workingDay();
    answers['quarantine/replay'] = () => ({
      body: { replayed: 0, unknown: [MESSAGE], remaining: 0, startedAt: '2024-11-18T10:00:00.000Z' },
    });
    const { page } = await open(`messages?id=${MESSAGE}`, answers);
    const detail = page.getByRole('region', { name: /^Message evt-/ });
    await detail.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '0 messages sent again. 1 was not there any more.');
  });

  test("a link to somebody's investigations says whose they are, to everybody", async () => {
    const { page, api } = await open('investigations?assignee=carl');
    await shows(page, INVESTIGATION);
    const assignee = page.getByRole('combobox', { name: 'Assigned to' });
    expect(await assignee.inputValue()).toBe('carl');
    await assignee.selectOption('ann');
    expect(new URL(page.url()).searchParams.get('assignee')).toBe('ann');
    await assignee.selectOption('anybody');
    expect(page.url()).toBe(`${api.url}/api/console/investigations`);
  });
});

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => Math.round(scrollY));
}
