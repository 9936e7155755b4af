import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RecountTask } from '../../core/scanner-device.ts';
import { itemName, itemOf } from '../items.ts';
import { back } from '../navigation.ts';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { formats, now, text } from '../state.ts';
import { SaveButton } from '../task/save-button.tsx';
import { askedDraft } from '../task/task-form.ts';
import { ItemField, LocationField, LotField, QuantityField, TaskSheets } from '../task/task-parts.tsx';
import { CountLockNotice, TakenByAnother } from './count-lock.tsx';
import { useCounting } from './use-counting.ts';
import { Variance } from './variance.tsx';

export type RecountProps = {
  /** At one location; all are counted under one lock. */
  readonly tasks: readonly RecountTask[];
  /** The location was scanned. */
  readonly isThere: boolean;
};

/** Counts what investigations ask for at a location: item and lot are given, the figure is not. */
export function Recount({ tasks, isThere }: RecountProps) {
  const { count, recount } = text.value;
  const done = useSignal(0);
  const [current, ...later] = tasks.slice(done.value);
  const place = tasks[0];
  const { lock, task, result, isCounting, save } = useCounting(
    place?.warehouseId ?? '',
    { kind: 'recount', tasks: tasks.slice(done.value) },
    (locationId, counting) => void counting.lock.begin(locationId),
    current ?? place,
  );
  useEffect(() => {
    if (!isThere || place === undefined) return;
    task.reset({ locationId: place.locationId });
    void lock.begin(place.locationId);
  }, []);
  // What is asked for is filled in as soon as it may be counted.
  useEffect(() => {
    if (!isCounting || current === undefined) return;
    const { locationId, itemId, lotNumber } = current;
    let isCurrent = true;
    void itemOf(itemId).then((item) => {
      if (isCurrent) task.reset(askedDraft(task.draft.value, { locationId, item, lotNumber }));
    });
    return () => {
      isCurrent = false;
    };
  }, [isCounting, current]);

  async function saveAndGoOn(): Promise<void> {
    if (await save(later.length === 0)) done.value += 1;
  }

  if (current === undefined || result.value?.isFinished) {
    return (
      <Screen
        title={recount.title}
        actions={
          <button type="button" class="button button--primary" onClick={back}>
            {recount.more}
          </button>
        }
      >
        {result.value && <Variance counted={result.value} />}
      </Screen>
    );
  }
  const { locationId, itemId, askedBy, askedAt, reason } = current;
  return (
    <Screen
      title={itemName(itemId)}
      subtitle={locationId}
      actions={
        isCounting ? (
          <SaveButton
            task={task}
            label={later.length === 0 ? count.finish : count.next}
            onSave={() => void saveAndGoOn()}
          />
        ) : undefined
      }
    >
      {!isCounting && (
        <Notice icon="count">
          {reason !== '' && <p>{reason}</p>}
          <p class="small">{recount.asked(askedBy, formats.value.moment(askedAt, now.value))}</p>
        </Notice>
      )}
      {!isCounting && (
        <LocationField task={task} wanted={locationId} isFixed={lock.state.value.kind === 'asking'} />
      )}
      <CountLockNotice state={lock.state.value} />
      <TakenByAnother lock={lock} onElsewhere={back} />
      {isCounting && (
        <>
          <ItemField task={task} isFixed />
          <LotField task={task} isFixed />
          <QuantityField task={task} />
          {result.value && <Variance counted={result.value} />}
        </>
      )}
      <TaskSheets task={task} />
    </Screen>
  );
}
