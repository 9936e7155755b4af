import { type DeviceRegistry, type DeviceRun, deviceRunText } from './device-registry.ts';
import { putLatest } from './latest-entries.ts';

/** So many runs are kept in memory: those of some thousand devices. */
const MAX_KNOWN = 10_000;

/** When runs of devices began, as `DeviceRegistry.runBeginnings` answers. */
export type RunBeginnings = DeviceRegistry['runBeginnings'];

/**
 * Reads when runs began, and remembers it: the beginning of a run never changes once it is known, whoever noted it. Runs that nobody
 * proposed yet are asked for each time.
 */
export function rememberRuns(
  registry: Pick<DeviceRegistry, 'runBeginnings'>,
  limit: number = MAX_KNOWN,
): RunBeginnings {
  const known = new Map<string, number>();
  return async (runs) => {
    const distinct = new Map(runs.map((run) => [deviceRunText(run), run]));
    const unknown = [...distinct].filter(([text]) => !known.has(text)).map(([, run]) => run);
    const beginnings = new Map(
      [...distinct.keys()].flatMap((text): [string, number][] => {
        const began = known.get(text);
        return began === undefined ? [] : [[text, began]];
      }),
    );
    for (const [text, began] of await readUnknown(registry, unknown)) {
      beginnings.set(text, began);
      putLatest(known, text, began, limit);
    }
    return beginnings;
  };
}

async function readUnknown(
  registry: Pick<DeviceRegistry, 'runBeginnings'>,
  runs: readonly DeviceRun[],
): Promise<ReadonlyMap<string, number>> {
  return runs.length === 0 ? new Map() : registry.runBeginnings(runs);
}
