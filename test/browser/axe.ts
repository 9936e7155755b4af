import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe calls serious or critical for people who see, hear or move otherwise: rule, what is wrong, and where. */
export async function seriousViolations(page: Page): Promise<string[]> {
  const violations = await violationsOf(page);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}

/** All that axe finds by the rules that count for every page, and by `rules` besides. */
export async function violationsOf(page: Page, rules: axe.RuleObject = {}): Promise<axe.Result[]> {
  // Evaluated by the browser's debugger, which the page's policy does not bind.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const { violations } = await page.evaluate((more) => window.axe.run(document, { rules: more }), rules);
  return violations;
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
