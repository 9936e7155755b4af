/** What was met in a run, and how often. Durations are milliseconds of the fleet. */
export type Tally = {
  add(what: Counted, count?: number): void;
  of(what: Counted): number;
};

export type Counted =
  | 'calls'
  | 'uploads'
  | 'scans uploaded'
  | 'lost answers'
  | 'calls that came late'
  | 'slow calls'
  | 'foreign pages'
  | 'server errors'
  | 'calls without Wi-Fi'
  | 'offline'
  | 'devices killed'
  | 'killed while a scan was stored'
  | 'submitted again'
  | 'devices asleep'
  | 'clocks set'
  | 'hand-overs'
  | 'adapter killed'
  | 'adapter restarted'
  | 'locks'
  | 'locks of others'
  | 'locks taken over'
  | 'conflict'
  | 'warning'
  | 'rejected'
  | 'sent again'
  | 'corrected'
  | 'dropped'
  | 'not stored: sign-in expired';

export function openTally(): Tally {
  const counts = new Map<Counted, number>();
  const of = (what: Counted) => counts.get(what) ?? 0;
  return { of, add: (what, count = 1) => void counts.set(what, of(what) + count) };
}
