/** When the app reconciles and looks after its investigations, as NCRONTAB (second minute hour day month day-of-week, UTC). */
export const SCHEDULES = {
  /** Every 15 minutes. */
  reconciliationDelta: '0 */15 * * * *',
  /** Once a day. */
  reconciliationFull: '0 5 2 * * *',
  /** Once a minute. */
  reconciliationWake: '45 * * * * *',
  /** Every five minutes. */
  investigationSweep: '30 */5 * * * *',
};
