import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { stockHistorySchema } from '../../shared/contracts/history.ts';
import type { Role } from '../../shared/contracts/roles.ts';
import { violationsOf } from './axe.ts';
import { findChromium } from './chromium.ts';
import {
  INVESTIGATION,
  ITEM,
  LONG_QUARANTINE,
  MESSAGE,
  ORDER,
  RUN,
  WAREHOUSE,
  workingDay,
} from './console-answers.ts';
import { type Answers, type ConsoleApi, problem, startConsoleApi } from './console-api.ts';
import { type OpenedConsole, openConsole, shows } from './console-page.ts';
import { keepShot } from './pictures.ts';

/** Every page, and something that is only there once all of it is. */
const PAGES = [
  ['now', '', '250 or more'],
  ['items', 'items', 'Others are not fully explained either'],
  ['item', `items/${ITEM}`, '4 positions add up to the 440 on hand.'],
  ['orders', 'orders', 'ORD-1002'],
  ['order', `orders/${ORDER}`, 'A count found 95.'],
  ['reconciliation', 'reconciliation', '50 runs; the newest'],
  ['run', `reconciliation/runs/${RUN}`, 'lost event: 2, phantom: 1'],
  ['discrepancies', 'reconciliation/discrepancies', 'Say of which warehouse.'],
  ['investigations', 'investigations', 'carl'],
  [
    'investigation',
    `investigations/${encodeURIComponent(INVESTIGATION)}`,
    'A recount of 1 position was asked for.',
  ],
  ['messages', `messages?id=${MESSAGE}`, '"quantityChange": "many"'],
  ['deleted', 'messages?state=deleted&id=deleted-1', 'was parked: A test of the sender.'],
  ['actions', 'actions', 'reason invalid-event, perSecond 50'],
] as const;

type Opened = OpenedConsole & { readonly api: ConsoleApi };

async function open(path: string, answers: Answers = workingDay(), role?: Role | 'nobody'): Promise<Opened> {
  const api = await startConsoleApi(answers);
  const who = role === 'nobody' ? undefined : (role ?? 'operator');
  return { api, ...(await openConsole(api.url, path, who)) };
}

describe.skipIf(findChromium() === undefined)('The console', () => {
  test.each(PAGES)(
    'shows %s under its policy, light and dark, and axe finds nothing',
    async (name, path, text) => {
      const { page, complaints } = await open(path);
      await shows(page, text);
      const backgrounds: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
        await keepShot(page, `${name}-${colorScheme}`);
        const found = await violationsOf(page);
        expect(found.flatMap(({ help, nodes }) => nodes.map(({ html }) => `${help}: ${html}`))).toEqual([]);
        backgrounds.push(
          await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
        );
      }
      expect(new Set(backgrounds).size).toBe(2);
      await page.setViewportSize({ width: 390, height: 800 });
      await keepShot(page, `${name}-narrow`);
      // Charts follow the width in a later frame.
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
        .toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    },
  );

  test('asks who it is, in place of the page that a link leads to, and shows that page then', async () => {
    const { page, api } = await open(`orders/${ORDER}`, workingDay(), 'nobody');
    await page.getByLabel('Name').fill('carl');
    expect(await violationsOf(page)).toEqual([]);
    await keepShot(page, 'sign-in');
    await page.getByLabel('controller').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await shows(page, 'A count found 95.');
    await shows(page, 'carl, controller');
    expect(page.url()).toBe(`${api.url}/api/console/orders/${ORDER}`);
    await page.getByRole('button', { name: 'Be somebody else' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('leads to Entra ID and back to the same page, where that is the way', async () => {
    const { page, api } = await open('', workingDay(), 'nobody');
    api.signIn = 'entra';
    await page.goto(`${api.url}/api/console/messages?state=parked`);
    const link = await page.getByRole('link', { name: 'Sign in with Microsoft' }).getAttribute('href');
    expect(link).toBe(
      '/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fconsole%2Fmessages%3Fstate%3Dparked',
    );
  });

  test('says what has to be set where nobody can sign in, and to whom nobody gave a role', async () => {
    const { page, api } = await open('', workingDay(), 'nobody');
    api.signIn = 'none';
    await page.reload();
    await shows(page, 'STOCKBRIDGE_ENV=development');
    const refused = await open('items', { me: () => problem(403, 'Not allowed', 'ann has no role.') });
    await shows(refused.page, 'ann has no role.');
    expect(await violationsOf(refused.page)).toEqual([]);
  });

  test('says that it is not live when no answer comes, keeps what it knows, and is live again', async () => {
    const { page, api } = await open('');
    await page.getByText('Live', { exact: true }).waitFor();
    api.isAway = true;
    await shows(page, 'Not live: as at');
    await shows(page, 'The fabric does not answer');
    expect(await page.getByText('9,000 in all').isVisible()).toBe(true);
    await keepShot(page, 'now-away');
    api.isAway = false;
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('tells what became of lines in a day, and how each adapter is by what it told last', async () => {
    const { page } = await open('');
    const row = (name: RegExp) => page.getByRole('row', { name });
    await row(/^fulfilled 912 picked, in the last 24 hours/).waitFor();
    await row(/^WH-001 ready 20 s ago 0/).waitFor();
    await row(/^WH-002 not heard of 7 min 4 s ago 12, the oldest 40 s; 1 parked/).waitFor();
    await row(/^WH-003 not heard of not in 15 minutes –/).waitFor();
  });

  test('asks nothing while its tab is hidden', async () => {
    const answers = workingDay();
    let asked = 0;
    const { figures } = answers;
    answers.figures = (call) => {
      asked += 1;
      return figures?.(call) ?? { body: {} };
    };
    const { page } = await open('orders', answers);
    await page.clock.install();
    await page.getByRole('link', { name: 'Now' }).click();
    await shows(page, '9,000 in all');
    await page.clock.runFor(4_000);
    await expect.poll(() => asked).toBeGreaterThan(1);
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
    // What was under way ends, and waits then.
    await page.clock.runFor(4_000);
    const before = asked;
    await page.clock.runFor(60_000);
    expect(asked).toBe(before);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => asked).toBeGreaterThan(before);
  });

  test('pages through 10,000 transactions of an item, fifty rows at a time', async () => {
    const { page } = await open(`items/${ITEM}`, workingDay(10_000));
    await shows(page, '10,000 transactions read.');
    await shows(page, '4 positions add up to the 440 on hand.');
    const pages = page.getByRole('navigation', { name: /^Pages: Transactions/ });
    await pages.getByRole('button', { name: 'Last' }).click();
    await shows(page, '9,951 to 10,000 of 10,000 rows');
    expect(await page.locator('tbody tr').count()).toBeLessThan(150);
    await page.getByRole('link', { name: 'A-02-02' }).click();
    await shows(page, 'in WH-001, the newest first (2,500)');
    expect(new URL(page.url()).searchParams.get('location')).toBe('A-02-02');
    await page.goBack();
    await shows(page, 'the newest first (10,000)');
  });

  test('shows when each station had a transaction, where a late one lost its time, and exports both', async () => {
    const { page } = await open(`items/${ITEM}`);
    await shows(page, '40 transactions read.');
    const rowOf = (eventId: string) =>
      page.getByRole('row').filter({ has: page.getByRole('link', { name: eventId, exact: true }) });
    const times = async (eventId: string) =>
      (await rowOf(eventId).getByRole('cell').allTextContents()).slice(1, 4);
    expect(await times('evt-1')).toEqual(['+ 1 s', '+ 40 ms', '+ 150 ms']);
    expect(await rowOf('evt-1').locator('.mark').count()).toBe(0);
    expect(await times('evt-3')).toEqual(['+ 1 h 30 min', '+ 40 ms', '+ 150 ms']);
    expect(await rowOf('evt-3').locator('.mark').allTextContents()).toEqual(['+ 1 h 30 min']);
    expect(await times('evt-4')).toEqual(['+ 1 s', '+ 40 ms', '+ 6 s']);
    expect(await rowOf('evt-4').locator('.mark').allTextContents()).toEqual(['+ 6 s']);
    expect(await times('evt-6')).toEqual(['+ 1 s', '+ 40 ms', '–']);
    const { lines } = await exported(page, 'Transactions of');
    const [header, ...rows] = lines.map((line) => line.split(','));
    expect(header?.slice(0, 4)).toEqual(['\uFEFFScan', 'WMS', 'Bus', 'Projection']);
    const exportedTimes = (eventId: string) => rows.find((row) => row.at(-1) === eventId)?.slice(0, 4);
    const [scan = '', , , projection = ''] = exportedTimes('evt-4') ?? [];
    expect(Date.parse(projection) - Date.parse(scan)).toBe(7_040);
    expect(exportedTimes('evt-6')?.at(-1)).toBe('');
  });

  test('exports a table as CSV', async () => {
    const { page } = await open('messages');
    await shows(page, 'evt-77');
    const { name, lines } = await exported(page, 'Messages parked');
    expect(name).toBe('messages-parked-or-dead-lettered.csv');
    expect(lines[0]).toBe('\uFEFFMessage,State,Reason,Detail,Item,Subscription,Taken by the bus,Bytes');
    expect(lines[1]).toMatch(
      /^evt-77,parked,invalid event,\/quantityChange must be an integer\.,,atp-projection,/,
    );
  });

  test('has an investigation assigned and explained, and says what the API refuses', async () => {
    const answers = workingDay();
    answers[`investigations/${INVESTIGATION}/closure`] = () =>
      problem(409, 'The investigation does not allow it now', 'It is recount-asked; explain it first.');
    const { page, api } = await open(`investigations/${encodeURIComponent(INVESTIGATION)}`, answers);
    await page.getByLabel('To', { exact: true }).fill('carl');
    await page.getByRole('button', { name: 'Assign' }).click();
    await shows(page, 'Assigned to carl.');
    await page.getByLabel('Cause').selectOption('miscount');
    await page.getByRole('textbox', { name: 'What happened' }).fill('Counted twice.');
    await page.getByRole('button', { name: 'Explain' }).click();
    await shows(page, 'Explained: miscount.');
    await page.getByRole('button', { name: 'Close' }).click();
    await shows(page, 'It is recount-asked; explain it first.');
    expect(api.actions.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
      ['assignment', { assignee: 'carl' }],
      ['explanation', { cause: 'miscount', text: 'Counted twice.' }],
      ['closure', {}],
    ]);
  });

  test('replays a message for an operator, and tells a reader what it takes', async () => {
    const { page, api } = await open(`messages?id=${MESSAGE}`);
    const detail = page.getByRole('region', { name: /^Message evt-/ });
    await detail.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '1 message sent again.');
    expect(api.actions.map(({ path, body }) => [path, body])).toEqual([
      ['quarantine/replay', { ids: [MESSAGE], perSecond: 100 }],
    ]);
    const reader = await open(`messages?id=${MESSAGE}`, workingDay(), 'reader');
    await shows(reader.page, 'Replay: needs the role operator.');
    await shows(reader.page, 'Delete: needs the role operator.');
  });

  test('leads whoever opens a message far down a long list to it, and takes the link back when it is done with', async () => {
    const answers = workingDay();
    answers.quarantine = () => ({ body: LONG_QUARANTINE });
    const { page } = await open('messages', answers);
    await page.getByRole('link', { name: 'evt-parked-49' }).click();
    const detail = page.getByRole('region', { name: 'Message evt-parked-49' });
    const replay = detail.getByRole('button', { name: 'Replay' });
    const isSeen = () =>
      detail.getByRole('heading').evaluate((heading) => heading.getBoundingClientRect().top >= 0);
    await expect.poll(isSeen).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Close');
    answers.quarantine = () => ({ body: { messages: [] } });
    await replay.click();
    await shows(page, '1 message sent again.');
    await shows(page, 'None: every message was handled.');
    expect(await page.getByText('not here any more').count()).toBe(0);
    expect(new URL(page.url()).search).toBe('');
  });

  test('says beside the button what became of several messages, and not above a long list', async () => {
    const answers = workingDay();
    answers.quarantine = () => ({ body: LONG_QUARANTINE });
    const { page } = await open('messages', answers);
    page.on('dialog', (dialog) => void dialog.accept());
    const several = page.getByRole('region', { name: 'With several at once' });
    await page.getByLabel('Choose all').check();
    await several.getByRole('button', { name: 'Replay' }).click();
    await several.getByText('60 messages sent again.').waitFor();
  });

  test('replays the chosen, deletes all that a filter means for a reason, and asks before', async () => {
    const { page, api } = await open('messages?reason=invalid-event&state=parked');
    const several = page.getByRole('region', { name: 'With several at once' });
    await page.getByLabel(`Choose ${MESSAGE}`).check();
    await page.getByLabel('Choose dead-2').check();
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void (asked.length === 1 ? dialog.dismiss() : dialog.accept());
    });
    await several.getByLabel('At most, a second').selectOption('50');
    await several.getByRole('button', { name: 'Replay' }).click();
    await several.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '2 messages sent again.');
    await several.getByLabel('all that the filter means (1,204)').check();
    await several.getByLabel('Why', { exact: true }).fill('A test of the sender.');
    await several.getByRole('button', { name: 'Delete' }).click();
    await shows(page, '1,204 messages deleted.');
    expect(asked).toEqual([
      'Send 2 messages again, at most 50 a second?',
      'Send 2 messages again, at most 50 a second?',
      'Delete all that the filter means (1,204)? They can be restored for 30 days.',
    ]);
    const why = 'A test of the sender.';
    expect(api.actions.map(({ path, body }) => [path, body])).toEqual([
      ['quarantine/replay', { ids: [MESSAGE, 'dead-2'], perSecond: 50 }],
      ['quarantine/delete', { state: 'parked', reason: 'invalid-event', why }],
    ]);
  });

  test('goes on with a long replay where the minute of a call did not suffice, and says how far it came when one fails', async () => {
    const answers = workingDay();
    const startedAt = '2024-11-18T10:00:00.000Z';
    const results = [
      { body: { replayed: 500, remaining: 700, unknown: [], startedAt } },
      problem(503, 'Not available now', 'A store does not answer. Ask again.'),
    ];
    answers['quarantine/replay'] = () => results.shift() ?? problem(500, 'Too many calls', '');
    const { page, api } = await open('messages', answers);
    page.on('dialog', (dialog) => void dialog.accept());
    const several = page.getByRole('region', { name: 'With several at once' });
    await several.getByLabel('all that wait (1,205)').check();
    await several.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '500 messages sent again, then: A store does not answer. Ask again.');
    expect(api.actions.map(({ body }) => body)).toEqual([
      { all: true, perSecond: 100 },
      { all: true, to: startedAt, perSecond: 100 },
    ]);
  });

  test('goes on looking where a call found nothing in its time, and says so when one does nothing to what remains', async () => {
    const answers = workingDay();
    const startedAt = '2024-11-18T10:00:00.000Z';
    const results = [{ continuationToken: 'behind', remaining: 1 }, { remaining: 2 }];
    answers['quarantine/replay'] = () => ({
      body: { replayed: 0, unknown: [], startedAt, ...results.shift() },
    });
    const { page, api } = await open('messages?text=evt', answers);
    page.on('dialog', (dialog) => void dialog.accept());
    const several = page.getByRole('region', { name: 'With several at once' });
    await several.getByLabel('all that the filter means').check();
    await several.getByRole('button', { name: 'Replay' }).click();
    await shows(page, '2 were not reached in time: try again later.');
    expect(await page.getByText('messages sent again.').count()).toBe(0);
    expect(api.actions.map(({ body }) => body)).toEqual([
      { text: 'evt', perSecond: 100 },
      { text: 'evt', perSecond: 100, to: startedAt, continuationToken: 'behind' },
    ]);
  });

  test('restores what was deleted, and leads to who did it', async () => {
    const { page, api } = await open('messages?state=deleted');
    await page.getByLabel('Choose deleted-1').check();
    await page.getByRole('button', { name: 'Restore' }).click();
    await shows(page, '1 message restored.');
    expect(api.actions.map(({ path, body }) => [path, body])).toEqual([
      ['quarantine/restore', { ids: ['deleted-1'] }],
    ]);
    await page.getByRole('link', { name: 'Who did what to them' }).click();
    await shows(page, 'The sender is mended.');
  });

  test('tells apart what was done and what came to nothing', async () => {
    const { page } = await open('actions');
    const row = (name: RegExp) => page.getByRole('row', { name });
    await row(/ann replay messages done 240/).waitFor();
    await row(/carl close investigation nothing done 0/).waitFor();
  });

  test('asks the API for what a filter says, and a link to it shows the same', async () => {
    const answers = workingDay();
    const queries: string[] = [];
    const { quarantine } = answers;
    answers.quarantine = (call) => {
      queries.push(call.query.toString());
      return quarantine?.(call) ?? { body: {} };
    };
    const { page } = await open('messages', answers);
    await shows(page, 'evt-77');
    await page.getByRole('searchbox', { name: 'Item' }).fill('ITEM-1');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('invalid-event');
    await expect.poll(() => queries.at(-1)).toBe('reason=invalid-event&itemId=ITEM-1&limit=500');
    await page.reload();
    await shows(page, 'evt-77');
    expect(queries.at(-1)).toBe('reason=invalid-event&itemId=ITEM-1&limit=500');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => queries.at(-1)).toBe('limit=500');
  });

  test('shows the message of a link also where the list is not read as far, and says when it is gone', async () => {
    const answers = workingDay();
    const { quarantine } = answers;
    answers.quarantine = (call) => {
      if (call.query.get('text') === MESSAGE) return quarantine?.(call) ?? { body: {} };
      return { body: { messages: [], continuationToken: 'more' } };
    };
    const { page, api } = await open(`messages?id=${MESSAGE}`, answers);
    await shows(page, '"quantityChange": "many"');
    answers.quarantine = () => ({ body: { messages: [] } });
    await page.goto(`${api.url}/api/console/messages?id=gone`);
    await shows(page, 'The message of this link is not here any more');
  });

  test('says in its address which warehouse an item page explains, and that one that is named has none', async () => {
    const { page, api } = await open(`items/${ITEM}`);
    await shows(page, 'add up to the 440 on hand.');
    expect(new URL(page.url()).searchParams.get('warehouse')).toBe(WAREHOUSE);
    await page.getByLabel('Next').selectOption('90');
    await page.getByRole('link', { name: 'A-02-02' }).click();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      ...{ warehouse: WAREHOUSE, days: '90', location: 'A-02-02', lot: 'LOT-B' },
    });
    await page.goto(`${api.url}/api/console/items/${ITEM}?warehouse=WH-009`);
    await shows(page, 'WH-009 has no stock of it; this is WH-001.');
  });

  test('brings the transactions of a location into view where many positions stand before them', async () => {
    const answers = workingDay();
    const path = `items/${ITEM}/warehouses/${WAREHOUSE}/history`;
    const few = answers[path];
    answers[path] = (call) => {
      const told = stockHistorySchema.parse(few?.(call).body);
      const [position] = told.positions;
      const more = Array.from({ length: 40 }, (_unused, index) => ({
        ...position,
        ...{ locationId: `Z-${index}`, cloud: null, journal: null },
      }));
      return { body: { ...told, positions: [...told.positions, ...more] } };
    };
    const { page } = await open(`items/${ITEM}`, answers);
    await shows(page, 'Z-39');
    await page.getByRole('link', { name: 'A-02-02' }).click();
    const caption = page.getByText('in WH-001, the newest first (10)');
    const top = () => caption.evaluate((element) => element.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(430);
    expect(await top()).toBeGreaterThan(0);
    const before = await page.evaluate(() => scrollY);
    await page.getByRole('link', { name: 'Show all positions' }).click();
    await shows(page, 'the newest first (40)');
    expect(await page.evaluate(() => scrollY)).toBe(before);
  });

  test('tells who waits for an item that no warehouse has', async () => {
    const { page } = await open('items/NOWHERE');
    await shows(page, 'There is no items/NOWHERE/atp.');
    await page.getByRole('table', { name: 'Backorders of NOWHERE' }).waitFor();
    await shows(page, 'ORD-1002');
  });

  test('is used with the keyboard: to the page, along its links, and told where one is', async () => {
    const { page } = await open('');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the page');
    await page.getByRole('link', { name: 'Orders', exact: true }).focus();
    await page.keyboard.press('Enter');
    await shows(page, 'ORD-1002');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Orders');
    expect(await page.title()).toBe('Orders – Stockbridge');
    await page.getByRole('textbox', { name: 'Order' }).fill(ORDER);
    await page.keyboard.press('Enter');
    await shows(page, 'A count found 95.');
  });

  test.each([
    ['items/NOWHERE', 'There is no items/NOWHERE/atp.'],
    ['nowhere', 'Nothing stands under this address.'],
  ])('says of %s that it is not there', async (path, text) => {
    const { page } = await open(path);
    await shows(page, text);
    expect(await violationsOf(page)).toEqual([]);
  });
});

/** What a table is exported as. */
async function exported(page: Page, caption: string): Promise<{ name: string; lines: string[] }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Export CSV: ${caption}` }).click();
  const file = await download;
  const content = await readFile(await file.path(), 'utf8');
  return { name: file.suggestedFilename(), lines: content.split('\r\n') };
}
