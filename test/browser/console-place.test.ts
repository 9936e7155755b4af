import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';
import { INVESTIGATION, LONG_QUARANTINE, MESSAGE, workingDay } from './console-answers.ts';
import { problem, startConsoleApi } from './console-api.ts';
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

  test('who comes back to a filter sees what is there by then, also where they had loaded more', async () => {
    const answers = workingDay();
    const { investigations } = answers;
    const asked: (string | null)[] = [];
    answers.investigations = (call) => {
      asked.push(call.query.get('continuationToken'));
      return { body: { ...Object(investigations?.(call).body), continuationToken: 'more' } };
    };
    const { page } = await open('investigations', answers);
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => asked).toEqual([null, 'more']);
    const state = page.getByRole('combobox', { name: 'State' });
    const chosen = await state.inputValue();
    await state.selectOption('all');
    await expect.poll(() => asked).toEqual([null, 'more', null]);
    await state.selectOption(chosen);
    await expect.poll(() => asked).toEqual([null, 'more', null, null]);
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

describe.skipIf(findChromium() === undefined)('A session that ends', () => {
  const story = 'Counted twice, by two people who did not know of each other.';
  const begin = async () => {
    const api = await startConsoleApi(workingDay());
    const { page } = await openConsole(
      api.url,
      `investigations/${encodeURIComponent(INVESTIGATION)}`,
      'operator',
    );
    const text = page.getByRole('textbox', { name: 'What happened' });
    await text.fill(story);
    const refusal = { status: 401, contentType: 'application/problem+json', body: SESSION_OVER };
    await page.route('**/api/people/**', (route) => route.fulfill(refusal));
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('The session is over.').filter({ visible: true }).waitFor();
    await page.unroute('**/api/people/**');
    return { api, page, text };
  };

  test('leaves what was typed to who signs in again, and to nobody else', async () => {
    const { page, text } = await begin();
    expect(await text.count()).toBe(0);
    await page.getByLabel('Name').fill('ann');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await text.waitFor();
    expect(await text.inputValue()).toBe(story);
    expect(await page.title()).toBe(`Investigation ${INVESTIGATION} – Stockbridge`);
    expect(await focused(page)).toBe(`Investigation ${INVESTIGATION}`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await shows(page, 'Explained: lost event.');
    await text.fill(story);
    await page.getByRole('button', { name: 'Be somebody else' }).click();
    await page.getByLabel('Name').fill('carl');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await text.waitFor();
    expect(await text.inputValue()).toBe('');
  });

  test('is begun again with Entra ID in another tab, and this one goes on', async () => {
    const api = await startConsoleApi(workingDay());
    api.signIn = 'entra';
    const { page } = await openConsole(api.url, 'orders', 'operator');
    await shows(page, 'ORD-1002');
    await page.getByRole('textbox', { name: 'Order' }).fill('ORD-7');
    await page.route('**/api/people/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: SESSION_OVER }),
    );
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const link = page.getByRole('link', { name: 'Sign in with Microsoft' });
    await link.waitFor({ timeout: 20_000 });
    expect(await link.getAttribute('target')).toBe('_blank');
    await page.unroute('**/api/people/**');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('textbox', { name: 'Order' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Order' }).inputValue()).toBe('ORD-7');
  });
});

describe.skipIf(findChromium() === undefined)('The focus', () => {
  test('stays on a button that did not do what it was pressed for', async () => {
    const answers = workingDay();
    answers['quarantine/replay'] = () => problem(403, 'Not allowed', 'ann is no operator any more.');
    const api = await startConsoleApi(answers);
    const { page } = await openConsole(api.url, `messages?id=${MESSAGE}`, 'operator');
    const replay = page
      .getByRole('region', { name: /^Message evt-/ })
      .getByRole('button', { name: 'Replay' });
    await replay.focus();
    await page.keyboard.press('Enter');
    await shows(page, 'ann is no operator any more.');
    expect(await focused(page)).toBe('Replay');
  });

  test('is on the heading of an investigation that was closed, with what could be done', async () => {
    const answers = workingDay();
    const path = `investigations/${INVESTIGATION}`;
    const { [path]: investigation } = answers;
    answers[`${path}/closure`] = (asked) => {
      const closed = { ...Object(investigation?.(asked).body), status: 'closed', closedBecause: 'user' };
      answers[path] = () => ({ body: closed });
      return { body: closed };
    };
    const api = await startConsoleApi(answers);
    const { page } = await openConsole(
      api.url,
      `investigations/${encodeURIComponent(INVESTIGATION)}`,
      'operator',
    );
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What can be done' }).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe(`Investigation ${INVESTIGATION}`);
  });
});

test.skipIf(findChromium() === undefined)(
  'ids of 64 letters make no page wider than a telephone',
  async () => {
    const long = 'X'.repeat(64);
    const api = await startConsoleApi(workingDay());
    const { page } = await openConsole(api.url, `items/${long}?warehouse=${long}`, 'reader');
    await page.setViewportSize({ width: 390, height: 800 });
    await shows(page, `There is no items/${long}/atp.`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  },
);

const SESSION_OVER = JSON.stringify({ title: 'Sign in first', status: 401, detail: 'The session is over.' });

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => Math.round(scrollY));
}
