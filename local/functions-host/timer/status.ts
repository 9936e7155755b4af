import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { netDateTimeOffset } from '../net-date.ts';

const time = z.iso.datetime({ offset: true });
const statusSchema = z.object({ Last: time, Next: time, LastUpdated: time });

/** What is remembered of a timer between runs of the host; milliseconds since 1970, undefined = never. */
export interface TimerStatus {
  last: number | undefined;
  next: number;
  lastUpdated: number;
}

/** Keeps the status of one timer in a JSON file, in the form of the real host's blob `timers/…/status`. */
export function timerStatusStore(dataFolder: string, functionName: string) {
  const file = join(dataFolder, 'timers', `${encodeURIComponent(functionName)}.json`);
  return {
    /** Undefined when there is none, or none that can be read: the timer then starts anew, as if it had never run. */
    async read(): Promise<TimerStatus | undefined> {
      try {
        const status = statusSchema.parse(JSON.parse(await readFile(file, 'utf8')));
        const last = Date.parse(status.Last);
        return {
          last: last <= Date.parse(netDateTimeOffset(undefined)) ? undefined : last,
          next: Date.parse(status.Next),
          lastUpdated: Date.parse(status.LastUpdated),
        };
      } catch {
        return undefined;
      }
    },
    /** Writes all of it or nothing. */
    async write(status: TimerStatus): Promise<void> {
      await mkdir(dirname(file), { recursive: true });
      const text = JSON.stringify({
        Last: netDateTimeOffset(status.last),
        Next: netDateTimeOffset(status.next),
        LastUpdated: netDateTimeOffset(status.lastUpdated),
      });
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
  };
}

export type TimerStatusStore = ReturnType<typeof timerStatusStore>;
