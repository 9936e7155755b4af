import { countOf, countText, findingText } from '../chaos/checks/finding.ts';
import { secondsText } from '../chaos/report.ts';
import type { FleetResult } from './fleet.ts';
import type { Counted } from './tally.ts';

const HOUR_MS = 3_600_000;

export function isPassed({ findings }: Pick<FleetResult, 'findings'>): boolean {
  return findings.length === 0;
}

/** Such as `0 lost, 0 doubled`, with what else is wrong. */
export function verdictOf({ findings }: Pick<FleetResult, 'findings'>): string {
  const wrong = countOf('wrong', findings);
  return `${countText(countOf('lost', findings))} lost, ${countText(countOf('doubled', findings))} doubled, ${wrong === 0 ? 'stock is what the rules say' : `${countText(wrong)} wrong`}`;
}

/** The whole report: plain lines, the verdict last. */
export function reportText(result: FleetResult, commit: string): string {
  const { options, tally, scans, dropped, repeats, offlineMs, drain, byRun, byWall, events, findings } =
    result;
  const { devices, seed, speed } = options;
  const count = (...whats: Counted[]) =>
    whats.map((what) => `${countText(tally.of(what))} ${what}`).join(', ');
  return [
    `Seed ${seed}, commit ${commit}: ${devices} devices, a shift of ${hoursText(options.offlineMs)} at ${speed} times the speed, ${hoursText(offlineMs)} of the devices' time without Wi-Fi.`,
    `${countText(scans)} scans stored, ${countText(scans - dropped)} booked, ${countText(dropped)} dropped by a person; ${countText(events)} events in the ledger.`,
    `${count('uploads', 'scans uploaded')}, of these ${countText(repeats)} repeats; ${count('lost answers', 'calls that came late', 'slow calls', 'foreign pages', 'server errors')}.`,
    `${count('devices killed', 'killed while a scan was stored', 'submitted again', 'devices asleep', 'clocks set', 'hand-overs', 'adapter killed', 'adapter restarted')}.`,
    `${count('locks', 'locks of others', 'locks taken over')}; refused: ${count('conflict', 'warning', 'rejected')}; decided: ${count('sent again', 'corrected', 'dropped')}; ${count('not stored: sign-in expired')}.`,
    `${countText(byRun)} scans are ordered by their device's run, ${countText(byWall)} by its wall clock, since no call of the run arrived before.`,
    `Wi-Fi back with ${countText(drain.waiting)} scans waiting: every queue empty after ${secondsText(drain.queuesEmptyMs)}, nothing left to decide after ${secondsText(drain.allSettledMs)} (of the machine).`,
    ...findings.map(findingText),
    ...(findings.length > 0
      ? [
          `again: npm run fleet -- --devices ${devices} --offline ${Math.round(options.offlineMs / 1_000)}s --speed ${speed} --scans ${options.scansPerHour} --seed ${seed}`,
        ]
      : []),
    `${verdictOf(result)}`,
  ].join('\n');
}

function hoursText(ms: number): string {
  const hours = ms / HOUR_MS;
  return hours < 1 ? `${(ms / 60_000).toFixed(1)} min` : `${hours.toFixed(1)} h`;
}
