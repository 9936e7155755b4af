/** The UTC day of an instant (milliseconds), as `YYYY-MM-DD`: days written so sort as text. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
