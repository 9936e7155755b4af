import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { HostFunction } from '../invocation.ts';
import { describeError } from '../log.ts';
import { netDateTimeOffset } from '../net-date.ts';
import { invokeWithRetry } from '../retry.ts';
import type { RpcTypedData } from '../rpc.ts';
import { HostStartError } from '../startup-error.ts';
import type { HostServices, TriggerListener } from '../trigger-listener.ts';
import { parseSchedule, type TimerSchedule } from './schedule.ts';
import { type TimerStatus, timerStatusStore } from './status.ts';

const triggerSchema = z.object({
  schedule: z.string().min(1),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

/** `setTimeout` overflows above this; longer waits are cut into pieces. */
const LONGEST_WAIT = 24 * 3_600_000;

/**
 * Runs a function on its schedule, never twice at a time. A monitored timer remembers its last run in a file, and after a time
 * when the host was down it runs once, with `isPastDue`. Where the status is missing or belongs to another schedule, a new one is
 * stored and nothing is due (`TX: Timers/Listener/TimerListener.cs`).
 */
export function timerTriggerListener(fn: HostFunction, host: HostServices): TriggerListener {
  const trigger = triggerSchema.safeParse(fn.trigger);
  if (!trigger.success)
    throw new HostStartError(`Function ${fn.name} has no schedule; set the timer trigger's "schedule".`);
  const schedule = readSchedule(fn, host, trigger.data.schedule);
  const monitored = trigger.data.useMonitor && schedule.canMonitor;
  const store = monitored ? timerStatusStore(host.dataFolder, fn.name) : undefined;
  const { clock } = host;
  let status: TimerStatus = { last: undefined, next: 0, lastUpdated: 0 };
  let cancel = () => {};
  let stopped = false;
  let queue: Promise<void> = Promise.resolve();

  const invoke = async (isPastDue: boolean) => {
    const data = timerData(schedule, monitored ? status : undefined, isPastDue);
    const triggerMetadata = { TimerTrigger: { string: formatTriggerTime(clock.now()) } };
    try {
      await invokeWithRetry(host.invoke, fn, { data, triggerMetadata }, clock, () => stopped);
    } catch {
      // The invoker has logged it; an error never stops a schedule.
    }
  };

  const runOccurrence = async (isPastDue: boolean, onSchedule: boolean) => {
    const startedAt = clock.now();
    await invoke(isPastDue);
    // Timers may fire a little early: the run then counts as the occurrence it was set for.
    const last = onSchedule ? Math.max(startedAt, status.next) : startedAt;
    await remember({ last, next: schedule.next(last), lastUpdated: last });
    arm();
  };

  const remember = async (next: TimerStatus) => {
    status = next;
    try {
      await store?.write(next);
    } catch (error) {
      host.log.write('error', fn.name, `the timer's status could not be written: ${describeError(error)}`);
    }
  };

  /** One run at a time: each waits for the one before. */
  const enqueue = (run: () => Promise<void>) => {
    queue = queue.then(() => (stopped ? undefined : run()));
    return queue;
  };

  /** An occurrence that passed while the function ran is made up for at once, once. */
  const arm = () => {
    if (!stopped) cancel = wakeAt(clock, status.next, () => void enqueue(() => runOccurrence(false, true)));
  };

  return {
    async start() {
      const now = clock.now();
      const kept = await store?.read();
      const intact = kept !== undefined && schedule.next(kept.last ?? kept.lastUpdated) === kept.next;
      if (intact) status = kept;
      else await remember({ last: kept?.last, next: schedule.next(now), lastUpdated: now });
      const isPastDue = now > status.next;
      if (isPastDue || trigger.data.runOnStartup) void enqueue(() => runOccurrence(isPastDue, false));
      else arm();
    },
    async stop() {
      stopped = true;
      cancel();
      await queue;
    },
    runNow: () => enqueue(() => invoke(false)),
  };
}

/** Wakes at a time by `clock`, not before it, however far it is. */
function wakeAt(clock: Clock, at: number, wake: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    const left = at - clock.now();
    if (left <= 0) wake();
    else cancel = clock.schedule(wait, Math.min(left, LONGEST_WAIT));
  };
  cancel = clock.schedule(wait, Math.min(Math.max(at - clock.now(), 0), LONGEST_WAIT));
  return () => cancel();
}

function timerData(
  schedule: TimerSchedule,
  status: TimerStatus | undefined,
  isPastDue: boolean,
): RpcTypedData {
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: schedule.adjustForDst },
      ScheduleStatus: status
        ? {
            Last: netDateTimeOffset(status.last),
            Next: netDateTimeOffset(status.next),
            LastUpdated: netDateTimeOffset(status.last === undefined ? undefined : status.lastUpdated),
          }
        : null,
      IsPastDue: isPastDue,
    }),
  };
}

/** `MM/dd/yyyy HH:mm:ss`, as recorded. */
function formatTriggerTime(ms: number): string {
  const [year, month, day, clockTime] = new Date(ms).toISOString().split(/[-T.]/);
  return `${month}/${day}/${year} ${clockTime}`;
}

function readSchedule(fn: HostFunction, host: HostServices, text: string): TimerSchedule {
  if (host.settings.get('WEBSITE_TIME_ZONE')) {
    throw new HostStartError(
      `not supported: WEBSITE_TIME_ZONE (function ${fn.name}); schedules are UTC here, unset it.`,
    );
  }
  const resolved = host.settings.resolve(text, `schedule of function ${fn.name}`);
  try {
    return parseSchedule(resolved);
  } catch (error) {
    throw new HostStartError(`The schedule of function ${fn.name} is wrong: ${describeError(error)}.`);
  }
}
