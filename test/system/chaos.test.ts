import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCampaign } from '../chaos/campaign.ts';
import { FOLDER_PREFIX } from '../chaos/leftovers.ts';
import type { FaultKind } from '../chaos/plan.ts';
import { reportText, verdictOf } from '../chaos/report.ts';

const ROOT = join(import.meta.dirname, '../..');
const RETAIL = join(ROOT, 'local/replay/data/online-retail-2011-12-05.csv.gz');
const TIMEOUT = 400_000;
/** Those that need no long recovery: the whole of it is to last no longer than other tests of the system. */
const KINDS: readonly FaultKind[] = ['kill', 'cut', 'clock'];

let dataFolder: string;

beforeAll(async () => {
  execFileSync(process.execPath, ['local/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
  dataFolder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
});

test('a process killed, a connection cut and a clock moved hit the stack under orders and scans: it recovers from each, and nothing is lost, doubled or oversold', {
  timeout: TIMEOUT,
}, async () => {
  const said: string[] = [];
  const result = await runCampaign({
    ...{ minutes: 0.15, faults: KINDS.length, kinds: KINDS, seed: '38' },
    ...{ eventsPerSecond: 20, ordersPerSecond: 1, retail: RETAIL, dataFolder },
    // How fast a busy machine is is not what is tested here.
    patience: 15_000,
    signal: AbortSignal.timeout(TIMEOUT),
    say: (line) => said.push(line),
    progress: () => {},
  });
  expect(new Set(result.outcomes.map(({ fault }) => fault.kind))).toEqual(new Set(KINDS));
  expect(verdictOf(result), `${said.join('\n')}\n${reportText(result)}`).toBe(
    '0 lost, 0 doubled, 0 oversold',
  );
  expect(result.orders).toBeGreaterThan(0);
  expect(result.events).toBeGreaterThan(0);
  // Where something was wrong the logs stay.
  await rm(dataFolder, { recursive: true, force: true });
});
