import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { findChromium } from './chromium.ts';
import { RUN, WAREHOUSE, workingDay } from './console-answers.ts';
import { startConsoleApi } from './console-api.ts';
import { openConsole, shows } from './console-page.ts';

describe.skipIf(findChromium() === undefined)('Discrepancies of a warehouse', () => {
  test("all that yesterday's runs found in it, as one table and one file", async () => {
    const answers = workingDay();
    const asked: string[] = [];
    const { 'reconciliation/accuracy': accuracy } = answers;
    answers['reconciliation/accuracy'] = (call) => {
      asked.push(call.query.toString());
      return accuracy?.(call) ?? { body: {} };
    };
    const { [`reconciliation/runs/${RUN}/discrepancies`]: discrepancies } = answers;
    const known = new Proxy(answers, {
      get: (all, path: string) =>
        /^reconciliation\/runs\/.*\/discrepancies$/.test(path) ? discrepancies : all[path],
    });
    const api = await startConsoleApi(known);
    const { page, complaints } = await openConsole(api.url, 'reconciliation', 'reader');
    await page.getByRole('link', { name: /^What they found in a warehouse/ }).click();
    await shows(page, 'Say of which warehouse.');
    await page.getByRole('searchbox', { name: 'Warehouse' }).fill(WAREHOUSE);
    await page.keyboard.press('Enter');
    await page.getByText(`Discrepancies of ${WAREHOUSE} in 50 runs (150)`).waitFor();
    const [from, to] = ['from', 'to'].map((end) =>
      Date.parse(new URL(page.url()).searchParams.get(end) ?? ''),
    );
    const midnight = await page.evaluate(() => new Date().setHours(0, 0, 0, 0));
    expect(to).toBe(midnight);
    expect([23, 24, 25]).toContain((midnight - (from ?? 0)) / 3_600_000);
    expect(Object.fromEntries(new URLSearchParams(asked.at(-1)))).toEqual({
      ...{
        warehouseId: WAREHOUSE,
        from: new Date(from ?? 0).toISOString(),
        to: new Date(midnight).toISOString(),
      },
    });
    expect(await violationsOf(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Export CSV/ }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toMatch(/^Found,Class,Item,Warehouse,/);
    expect(lines).toHaveLength(151);
    expect(complaints).toEqual([]);
  });

  test('of a time with more runs than are read at once, those that were left out are named, and one link away', async () => {
    const answers = workingDay();
    const { 'reconciliation/accuracy': accuracy } = answers;
    const next = '2024-11-18T09:00:00.000Z';
    answers['reconciliation/accuracy'] = (call) => {
      const body = { ...Object(accuracy?.(call).body), points: [] };
      return { body: call.query.get('from') === next ? body : { ...body, truncated: true, next } };
    };
    const api = await startConsoleApi(answers);
    const time = 'from=2024-11-01T00:00:00.000Z&to=2024-11-19T00:00:00.000Z';
    const path = `reconciliation/discrepancies?warehouse=${WAREHOUSE}&${time}`;
    const { page } = await openConsole(api.url, path, 'reader');
    await page.getByRole('link', { name: 'Go on with those' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('from')).toBe(next);
    await page.getByRole('link', { name: 'Go on with those' }).waitFor({ state: 'detached' });
  });
});
