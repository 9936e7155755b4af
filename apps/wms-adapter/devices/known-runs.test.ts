import { expect, test } from 'vitest';
import { type DeviceRun, deviceRunText } from './device-registry.ts';
import { rememberRuns } from './known-runs.ts';

/** A registry that keeps the first proposal, and notes what it was asked. */
function registry() {
  const stored = new Map<string, number>();
  const asked: string[][] = [];
  return {
    asked,
    runBeginnings: async (runs: readonly DeviceRun[]) => {
      asked.push(runs.map(deviceRunText));
      for (const run of runs) {
        const text = deviceRunText(run);
        if (run.proposed !== undefined && !stored.has(text)) stored.set(text, run.proposed);
      }
      return new Map(
        runs
          .map(deviceRunText)
          .flatMap((text) => [[text, stored.get(text)] as const])
          .filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
      );
    },
  };
}

const run = (name: string, proposed?: number) => ({ scannerId: 'SCANNER-08', run: name, proposed });

test('A run that is known is not read again, and keeps its first beginning', async () => {
  const source = registry();
  const runBeginnings = rememberRuns(source);
  expect(await runBeginnings([run('a', 1_000), run('a', 1_000)])).toEqual(new Map([['SCANNER-08|a', 1_000]]));
  expect(await runBeginnings([run('a', 2_000)])).toEqual(new Map([['SCANNER-08|a', 1_000]]));
  expect(source.asked).toEqual([['SCANNER-08|a']]);
});

test('A run that nobody told of is asked for each time, until somebody tells', async () => {
  const source = registry();
  const runBeginnings = rememberRuns(source);
  expect(await runBeginnings([run('b')])).toEqual(new Map());
  expect(await runBeginnings([run('b', 7)])).toEqual(new Map([['SCANNER-08|b', 7]]));
  expect(source.asked).toHaveLength(2);
});

test('No more runs are kept than there is room for, and all that were asked for are answered', async () => {
  const source = registry();
  const runBeginnings = rememberRuns(source, 2);
  const three = [run('a', 1), run('b', 2), run('c', 3)];
  expect((await runBeginnings(three)).size).toBe(3);
  expect((await runBeginnings(three)).size).toBe(3);
  expect(source.asked).toEqual([three.map(deviceRunText), ['SCANNER-08|a']]);
});

test('Nothing is read where nothing is asked', async () => {
  const source = registry();
  expect(await rememberRuns(source)([])).toEqual(new Map());
  expect(source.asked).toEqual([]);
});
