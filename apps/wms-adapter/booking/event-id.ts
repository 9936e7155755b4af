/** The id of the event with that number of the day: `evt-20241118-000123`. */
export function eventIdOf(day: string, number: number): string {
  return `evt-${day}-${String(number).padStart(6, '0')}`;
}

/** The UTC date (YYYYMMDD) in event ids. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10).replaceAll('-', '');
}
