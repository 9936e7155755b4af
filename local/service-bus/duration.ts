const pattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const DAY = 86_400_000;
const units = [365 * DAY, 30 * DAY, DAY, 3_600_000, 60_000, 1000];

/**
 * Milliseconds of an ISO 8601 duration such as `PT1M30S`; a year counts 365 days and a month 30. Undefined when the text is
 * not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return undefined;
  return units.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
}
