import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFleet } from '../fleet/fleet.ts';
import { isPassed, reportText } from '../fleet/report.ts';

const TIMEOUT = 200_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-fleet-'));
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

test('six scanners without reliable Wi-Fi, killed, asleep and wrong about the time, have every scan in the WMS once when it is back', {
  timeout: TIMEOUT,
}, async () => {
  const said: string[] = [];
  const result = await runFleet({
    ...{ devices: 6, offlineMs: 20 * 60_000, speed: 150, scansPerHour: 600, seed: '5', keep: false },
    ...{ folder, signal: AbortSignal.timeout(TIMEOUT), progress: () => {} },
    say: (line) => said.push(line),
  });
  const report = `${said.join('\n')}\n${reportText(result, 'under test')}`;
  expect(isPassed(result), report).toBe(true);
  // That it was put to the test at all.
  expect(result.scans, report).toBeGreaterThan(50);
  expect(result.tally.of('devices killed'), report).toBeGreaterThan(0);
  expect(result.repeats, report).toBeGreaterThan(0);
  expect(result.drain.waiting, report).toBeGreaterThan(0);
});
