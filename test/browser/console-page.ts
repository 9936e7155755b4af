import type { Page } from 'playwright-core';
import type { Role } from '../../shared/contracts/roles.ts';
import { complaintsOf, newProfile, openBrowser } from './chromium.ts';
import { signIn } from './console-person.ts';

export type OpenedConsole = {
  readonly page: Page;
  /** What the browser complains of. */
  readonly complaints: readonly string[];
};

/**
 * A page of the console in a browser of its own, until the test is over.
 *
 * @param origin of the functions app, or of what stands in for it
 * @param path below the console's own
 * @param role of who has signed in; undefined: nobody has
 */
export async function openConsole(
  origin: string,
  path: string,
  role: Role | undefined,
): Promise<OpenedConsole> {
  const page = await (await openBrowser(newProfile())).newPage();
  await page.setViewportSize({ width: 1280, height: 860 });
  const complaints = complaintsOf(page);
  if (role) await signIn(page, role);
  await page.goto(`${origin}/api/console/${path}`);
  return { page, complaints };
}

/** Waits until a page shows a text. */
export async function shows(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}
