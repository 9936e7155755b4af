import type { DeviceClock } from './device-clock.ts';
import { type SignInStore, StorageFullError } from './device-store.ts';

/** Time that decides how long a sign-in lasts: whoever sets the wall clock back gains nothing by it. */
export type TrustedTime = {
  /** Milliseconds since 1970 UTC: never less than before, over a restart neither. */
  now(): number;
  /** Writes down how late it is, for the next start. */
  keep(): void;
  /** Whether the wall clock is behind: `restart` would go back. */
  isAhead(): boolean;
  /** From now on by the wall clock, also where that goes back. */
  restart(): void;
};

/** Parts of a second that two clocks may differ by, and no clock was set back. */
const SLACK_MS = 1_000;

/** By the wall clock where that goes forward, else by the monotonic clock of the run, from the latest time that was ever seen. */
export function trustedTime(
  clock: DeviceClock,
  store: Pick<SignInStore, 'latestTime' | 'putLatestTime'>,
): TrustedTime {
  const begun = clock.read();
  let last = { ...begun, wall: Math.max(begun.wall, Date.parse(store.latestTime() ?? '') || 0) };

  function now(): number {
    const reading = clock.read();
    const elapsed = reading.run === last.run ? reading.milliseconds - last.milliseconds : 0;
    last = { ...reading, wall: Math.max(reading.wall, last.wall + Math.max(elapsed, 0)) };
    return last.wall;
  }

  function keep(): void {
    try {
      store.putLatestTime(new Date(now()).toISOString());
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
    }
  }

  return {
    now,
    keep,
    isAhead: () => clock.read().wall < now() - SLACK_MS,
    restart() {
      last = clock.read();
      keep();
    },
  };
}
