import { useEffect } from 'preact/hooks';
import type { RecountTask } from '../../core/scanner-device.ts';
import { told } from '../feedback.ts';
import { itemName } from '../items.ts';
import { open } from '../navigation.ts';
import { Screen } from '../parts/screen.tsx';
import { status, text, warehouseId } from '../state.ts';
import { SaveButton } from '../task/save-button.tsx';
import { ItemField, LocationField, LotField, QuantityField, TaskSheets } from '../task/task-parts.tsx';
import { CountLockNotice, TakenByAnother } from './count-lock.tsx';
import { openRecounts, RecountRows, recountsAt } from './recount-rows.tsx';
import { ageOf, recountList } from './task-lists.ts';
import { useCounting } from './use-counting.ts';
import { Variance } from './variance.tsx';

/** Counts a location: takes its lock, shows no figures of the books before, and the difference after. */
export function Count() {
  const { count } = text.value;
  const { lock, task, result, isCounting, save, leave } = useCounting(
    warehouseId.value,
    { kind: 'count' },
    (locationId, counting) => {
      const wanted = recountsAt(locationId);
      if (wanted.length === 0) void counting.lock.begin(locationId);
      else {
        counting.task.reset({});
        openRecount(wanted, true);
      }
    },
  );
  // What is booked is wanted no more.
  const booked = status.value?.counts.synced;
  useEffect(() => void recountList.load(warehouseId.value), [warehouseId.value, booked]);

  if (result.value?.isFinished) {
    return (
      <Screen
        title={count.title}
        actions={
          <button type="button" class="button button--primary" onClick={leave}>
            {count.onAnother}
          </button>
        }
      >
        <Variance counted={result.value} />
      </Screen>
    );
  }
  const hasItem = task.draft.value.item !== undefined;
  const isFree = lock.state.value.kind === 'none';
  return (
    <Screen
      title={count.title}
      subtitle={isFree && openRecounts().length > 0 ? ageOf(recountList.shown.value) : undefined}
      actions={
        isCounting ? (
          <div class="stack">
            {hasItem ? (
              <>
                <SaveButton task={task} label={count.next} isSecond onSave={() => void save(false)} />
                <SaveButton task={task} label={count.finish} onSave={() => void save(true)} />
              </>
            ) : (
              <button type="button" class="button" onClick={leave}>
                {result.value ? count.leave : count.other}
              </button>
            )}
          </div>
        ) : undefined
      }
    >
      <LocationField task={task} isFixed={isCounting || lock.state.value.kind === 'asking'} />
      {isFree && <RecountRows onOpen={(tasks) => openRecount(tasks, false)} />}
      <CountLockNotice state={lock.state.value} />
      <TakenByAnother lock={lock} onElsewhere={leave} />
      {isCounting && (
        <>
          <ItemField task={task} />
          {result.value && <Variance counted={result.value} />}
          <LotField task={task} />
          <QuantityField task={task} />
        </>
      )}
      <TaskSheets task={task} />
    </Screen>
  );
}

function openRecount(tasks: readonly RecountTask[], isThere: boolean): void {
  open({ kind: 'recount', tasks, isThere });
  const [first] = tasks;
  if (isThere && first) told(text.value.recount.here(itemName(first.itemId)));
}
