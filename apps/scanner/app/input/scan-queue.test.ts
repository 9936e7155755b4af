import { describe, expect, test, vi } from 'vitest';
import { createScanQueue, type PasteProgress, type ScanResult } from './scan-queue.ts';

/** A queue whose scans are taken, but for those that begin with a question mark. */
function queueUnderTest(handle?: (code: string) => Promise<ScanResult>) {
  const heard: string[] = [];
  const progress: (PasteProgress | undefined)[] = [];
  const ended = Promise.withResolvers<PasteProgress>();
  let breaths = 0;
  const queue = createScanQueue({
    async handle(code, isOneOfMany) {
      heard.push(isOneOfMany ? `${code} of many` : code);
      return handle?.(code) ?? (code.startsWith('?') ? 'refused' : 'taken');
    },
    onProgress: (told) => progress.push(told),
    onPasted: ended.resolve,
    breathe: async () => {
      breaths += 1;
    },
  });
  return { queue, heard, progress, ended: ended.promise, breaths: () => breaths };
}

describe('Scans', () => {
  test('are handled one after another, in the order in which they came', async () => {
    const first = Promise.withResolvers<ScanResult>();
    const { queue, heard, ended } = queueUnderTest((code) =>
      code === 'A' ? first.promise : Promise.resolve('taken'),
    );
    queue.scan('A');
    queue.paste(['B', 'C']);
    queue.scan('D');
    await Promise.resolve();
    expect(heard).toEqual(['A']);
    first.resolve('taken');
    await ended;
    await vi.waitFor(() => expect(heard).toEqual(['A', 'B of many', 'C of many', 'D']));
  });

  test('that are pasted, 2,000 at once, block nothing and are told about at the end', async () => {
    const { queue, progress, ended, breaths } = queueUnderTest();
    queue.paste(Array.from({ length: 2_000 }, (_, index) => (index % 100 === 0 ? `?${index}` : `${index}`)));
    expect(await ended).toEqual({ done: 2_000, all: 2_000, taken: 1_980 });
    expect(breaths()).toBe(100);
    expect(progress).toHaveLength(101);
    expect(progress.at(0)).toEqual({ done: 0, all: 2_000, taken: 0 });
    expect(progress.at(-1)).toBeUndefined();
  });

  test('that were pasted are forgotten when they are stopped, and later ones are not', async () => {
    const { queue, heard, ended } = queueUnderTest(async (code) => {
      if (code === '3') queue.stop();
      return 'taken';
    });
    queue.paste(['1', '2', '3', '4', '5']);
    expect(await ended).toEqual({ done: 3, all: 5, taken: 3 });
    queue.paste(['6']);
    queue.scan('7');
    const left = ['1 of many', '2 of many', '3 of many', '6 of many', '7'];
    await vi.waitFor(() => expect(heard).toEqual(left));
  });
});
