import { parseTimeSpan } from '../settings/time-span.ts';
import { parseNcrontab } from './ncrontab.ts';

/** When a timer trigger fires. */
export interface TimerSchedule {
  /** First time after `time`, milliseconds since 1970, UTC. */
  next(time: number): number;
  /** True for cron expressions, false for a TimeSpan (recorded). */
  adjustForDst: boolean;
  /** False where the schedule fires more often than once a minute: no status is kept then. */
  canMonitor: boolean;
}

/**
 * Parses the `schedule` of a timer trigger: NCRONTAB, or a TimeSpan `hh:mm:ss` between runs.
 * @throws Error saying what is wrong.
 */
export function parseSchedule(text: string): TimerSchedule {
  if (text.includes(':')) {
    const interval = parseTimeSpan(text);
    if (!interval) throw new Error(`"${text}" is no TimeSpan hh:mm:ss above zero`);
    return { next: (time) => time + interval, adjustForDst: false, canMonitor: interval >= 60_000 };
  }
  const cron = parseNcrontab(text);
  return {
    next(time) {
      const next = cron.next(time);
      if (next === undefined)
        throw new Error(`"${text}" has no occurrence after ${new Date(time).toISOString()}`);
      return next;
    },
    adjustForDst: true,
    canMonitor: !cron.subMinute,
  };
}
