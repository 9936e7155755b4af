import { type Browser, findChromium, startChromium } from '../browser/chromium-process.ts';

/** Whether there is a browser to measure in; says so where there is none. */
export function hasBrowser(workload: string, say: (line: string) => void): boolean {
  if (findChromium() !== undefined) return true;
  say(`${workload}: skipped, there is no Chromium (install one, or name it by STOCKBRIDGE_CHROMIUM)`);
  return false;
}

/** Runs `work` in a browser process, and ends it. @param profile folder of what it stores */
export async function withBrowser<Result>(
  profile: string,
  work: (browser: Browser) => Promise<Result>,
): Promise<Result> {
  const browser = await startChromium(profile);
  process.once('exit', browser.kill);
  try {
    const result = await work(browser);
    await browser.close();
    return result;
  } finally {
    await browser.kill();
    process.off('exit', browser.kill);
  }
}
