const DAY_MS = 24 * 60 * 60 * 1000;

/** The UTC day of an instant (milliseconds), as `YYYY-MM-DD`: days written so sort as text. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** The days from one to another, both included; none when the second is earlier. */
export function daysFrom(from: string, to: string): string[] {
  const days = dayNumber(to) - dayNumber(from) + 1;
  return Array.from({ length: Math.max(days, 0) }, (_unused, index) => addDays(from, index));
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  return utcDay((dayNumber(day) + days) * DAY_MS);
}

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}
