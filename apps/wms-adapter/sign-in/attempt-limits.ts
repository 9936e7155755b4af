/** An attempt to sign in that was not right, or is not decided yet. Milliseconds since 1970. */
export interface EarlierAttempt {
  readonly at: number;
  readonly isOfBadge: boolean;
  readonly isOfDevice: boolean;
}

const FIVE_MINUTES_MS = 5 * 60_000;
const DAY_MS = 24 * 3_600_000;

/**
 * So many attempts that are not right are taken within a time. The first keeps a person's PIN from being tried out at the
 * shelf, the second from being tried out in a week: of the 10,000 PINs of four digits it leaves 50 a day. The third keeps one
 * PIN from being tried out on all badges with the device of one.
 */
export const ATTEMPT_LIMITS = [
  { of: 'isOfBadge', attempts: 5, withinMs: FIVE_MINUTES_MS },
  { of: 'isOfBadge', attempts: 50, withinMs: DAY_MS },
  { of: 'isOfDevice', attempts: 30, withinMs: FIVE_MINUTES_MS },
] as const;

/** So long is an attempt of importance. */
export const ATTEMPT_KEPT_MS = DAY_MS;

/** When the next attempt will be taken; undefined: now. By the attempts before it, those under way among them. */
export function heldUpUntil(earlier: readonly EarlierAttempt[], now: Date): Date | undefined {
  const ends = ATTEMPT_LIMITS.flatMap(({ of, attempts, withinMs }) => {
    const times = earlier.flatMap((attempt) => (attempt[of] ? [attempt.at] : [])).sort((a, b) => b - a);
    // When this one is past, one less than the limit is left.
    const decisive = times[attempts - 1];
    return decisive !== undefined && decisive + withinMs > now.getTime() ? [decisive + withinMs] : [];
  });
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}
