import type { Page } from 'playwright-core';
import type { Role } from '../../shared/contracts/roles.ts';

/** Has the pages that this one opens signed in, as developers are. */
export async function signIn(page: Page, role: Role): Promise<void> {
  await page.addInitScript(
    (kept) => sessionStorage.setItem('stockbridge-console.developer', kept),
    JSON.stringify({ name: 'ann', role }),
  );
}
