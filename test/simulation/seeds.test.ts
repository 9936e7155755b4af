import { expect, test } from 'vitest';
import { FAULT_KINDS } from './faults.ts';
import { failureText } from './play/failure-text.ts';
import type { Played } from './play/play-run.ts';
import { playRuns } from './play/play-runs.ts';
import { emptyScore } from './play/score.ts';

const SEEDS = 200;
const SCANS = 300;
const JOBS = 2;
const TIMELINE_LINES = 60;
/** On two cores that have nothing else to do it takes less than a minute. */
const TIMEOUT_MS = 600_000;

const RARE = [
  'decisions after the time-out',
  'decisions that came again',
  'lines confirmed, then rejected',
  'lines rejected, then confirmed',
  'counts left behind',
  'counts that outlast their lock',
  'locks taken over',
  'carts extended',
  'carts left behind',
  'carts ordered twice',
  'carts ordered too late',
  'carts that became orders',
  'thresholds told of',
  'safety stock set',
  'receipts announced',
  'deliveries announced',
];

test(`Under every fault, in ${SEEDS} seeds, nothing is lost, doubled or oversold, and every fault and what is rare is met`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const runs = Array.from({ length: SEEDS }, (_, nth) => ({ seed: String(nth + 1), events: SCANS }));
  const score = emptyScore();
  let failed: Played | undefined;
  await playRuns(runs, JOBS, (played) => {
    score.add(played);
    if (played.failure) failed ??= played;
    return !failed;
  });
  console.log(`${score.seeds()} seeds, ${score.events()} events, ${score.faults()} faults`);
  expect(failed && (await failureText(failed, TIMELINE_LINES))).toBeUndefined();
  expect(RARE.filter((what) => !score.unusual()[what])).toEqual([]);
  expect(FAULT_KINDS.filter((kind) => !score.faultsByKind()[kind])).toEqual([]);
  expect(score.seeds()).toBe(SEEDS);
});
