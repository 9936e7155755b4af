import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { HeldLock } from '../../core/scanner-device.ts';
import { accepted } from '../feedback.ts';
import { nameOf } from '../items.ts';
import { formats, text } from '../state.ts';
import { type FormScreen, reopenedForm } from '../task/kept-form.ts';
import { piecesAt, positionOfLot } from '../task/lots.ts';
import { nextDraft, type TaskContext } from '../task/task-form.ts';
import { knownOf, type Task, useTask } from '../task/use-task.ts';
import { type CountLock, mayCount, useCountLock } from './use-count-lock.ts';

/** What was counted, and what the books said; undefined where nothing was known. */
export type Counted = {
  readonly name: string;
  readonly counted: number;
  readonly expected: number | undefined;
  /** The location is left. */
  readonly isFinished: boolean;
};

export type Counting = {
  readonly lock: CountLock;
  readonly task: Task;
  /** Of the count that was stored last. */
  readonly result: Signal<Counted | undefined>;
  /** The location is there, and items may be counted. */
  readonly isCounting: boolean;
  /** Stores the count; `isFinished` ends the lock with it. False: it was not stored, and that was said. */
  save(isFinished: boolean): Promise<boolean>;
  /** Lets the location go without a count. */
  leave(): void;
};

/**
 * Counts a location: takes its lock, and knows what the books said only when a count is stored.
 * @param screen as it is to be opened again, but for the lock
 * @param wanted what is to be counted, where that is asked for
 * @param onLocation told the location that was scanned; its lock is not taken yet
 */
export function useCounting(
  warehouseId: string,
  screen: Extract<FormScreen, { readonly kind: 'count' | 'recount' }>,
  onLocation: (locationId: string, counting: Pick<Counting, 'lock' | 'task'>) => void,
  wanted?: TaskContext['wanted'],
): Counting {
  const lock = useCountLock(warehouseId);
  const { current: reopened } = useRef(reopenedForm(screen.kind));
  useEffect(() => {
    const locationId = reopened?.draft.locationId;
    if (locationId !== undefined) void lock.resume(locationId, reopened?.screen.lock);
  }, []);
  const result = useSignal<Counted | undefined>(undefined);
  const isCounting = mayCount(lock.state.value);
  const task = useTask(
    {
      kind: 'count',
      warehouseId,
      accepts: isCounting ? ['itemId'] : ['locationId'],
      ...(wanted && { wanted }),
    },
    {
      screen: { ...screen, ...lockOf(lock) },
      looksAtStock: true,
      isPaused: lock.state.value.kind === 'asking' || result.value?.isFinished === true,
      onFilled(field, draft) {
        if (field === 'locationId') onLocation(draft.locationId ?? '', { lock, task });
        else result.value = undefined;
      },
    },
  );

  async function save(isFinished: boolean): Promise<boolean> {
    const draft = task.draft.value;
    const lockId = lock.state.value.kind === 'running' ? lock.state.value.lockId : undefined;
    const expected = expectedPieces(task);
    // A count that names its lock ends it.
    const ending = isFinished && lockId !== undefined ? { acknowledgeLock: lockId } : {};
    if (!(await task.save(ending))) return false;
    const counted = draft.quantity ?? 0;
    const name = draft.item ? nameOf(draft.item) : '';
    accepted(text.value.count.done(formats.value.number(counted), name));
    result.value = { name, counted, expected, isFinished };
    if (isFinished) lock.forget();
    task.reset(isFinished ? {} : nextDraft('count', draft));
    return true;
  }

  function leave(): void {
    lock.end();
    result.value = undefined;
    task.reset({});
  }

  return { lock, task, result, isCounting, save, leave };
}

function lockOf({ state: { value } }: CountLock): { readonly lock?: HeldLock } {
  return value.kind === 'running' ? { lock: { lockId: value.lockId, until: value.until } } : {};
}

/** Pieces that the books have where it is counted, as far as this device knows. */
function expectedPieces(task: Task): number | undefined {
  const known = knownOf(task);
  if (known?.asOf === undefined) return undefined;
  const position = positionOfLot(known, task.draft.value.lotNumber ?? null);
  return position ? piecesAt(position) : 0;
}
