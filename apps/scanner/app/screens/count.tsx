import { useSignal } from '@preact/signals';
import { accepted } from '../feedback.ts';
import { Screen } from '../parts/screen.tsx';
import { formats, text, warehouseId } from '../state.ts';
import { piecesAt, positionOfLot } from '../task/lots.ts';
import { SaveButton } from '../task/save-button.tsx';
import { nextDraft } from '../task/task-form.ts';
import {
  ItemField,
  LocationField,
  LotField,
  nameOf,
  QuantityField,
  TaskSheets,
} from '../task/task-parts.tsx';
import { knownOf, type Task, useTask } from '../task/use-task.ts';
import { CountLockNotice, TakenByAnother } from './count-lock.tsx';
import { mayCount, useCountLock } from './use-count-lock.ts';

/** What was counted, and what the books said; undefined where nothing was known. */
type Counted = {
  readonly name: string;
  readonly counted: number;
  readonly expected: number | undefined;
  readonly isFinished: boolean;
};

/** Counts a location: takes its lock, shows no figures of the books before, and the difference after. */
export function Count() {
  const { count } = text.value;
  const lock = useCountLock(warehouseId.value);
  const result = useSignal<Counted | undefined>(undefined);
  const isCounting = mayCount(lock.state.value);
  const task = useTask(
    {
      kind: 'count',
      warehouseId: warehouseId.value,
      accepts: isCounting ? ['itemId'] : ['locationId'],
    },
    {
      looksAtStock: true,
      isPaused: lock.state.value.kind === 'asking' || result.value?.isFinished === true,
      onFilled(field, draft) {
        if (field === 'locationId') void lock.begin(draft.locationId ?? '');
        else result.value = undefined;
      },
    },
  );

  async function save(isFinished: boolean): Promise<void> {
    const draft = task.draft.value;
    const lockId = lock.state.value.kind === 'running' ? lock.state.value.lockId : undefined;
    const expected = expectedPieces(task);
    // A count that names its lock ends it.
    const ending = isFinished && lockId !== undefined ? { acknowledgeLock: lockId } : {};
    if (!(await task.save(ending))) return;
    const counted = draft.quantity ?? 0;
    const name = draft.item ? nameOf(draft.item) : '';
    accepted(count.done(formats.value.number(counted), name));
    result.value = { name, counted, expected, isFinished };
    if (isFinished) lock.forget();
    task.reset(isFinished ? {} : nextDraft('count', draft));
  }

  function elsewhere(): void {
    lock.end();
    result.value = undefined;
    task.reset({});
  }

  if (result.value?.isFinished) {
    return (
      <Screen
        title={count.title}
        actions={
          <button type="button" class="button button--primary" onClick={elsewhere}>
            {count.onAnother}
          </button>
        }
      >
        <Variance counted={result.value} />
      </Screen>
    );
  }
  const hasItem = task.draft.value.item !== undefined;
  return (
    <Screen
      title={count.title}
      actions={
        isCounting ? (
          <div class="stack">
            {hasItem ? (
              <>
                <SaveButton task={task} label={count.next} isSecond onSave={() => void save(false)} />
                <SaveButton task={task} label={count.finish} onSave={() => void save(true)} />
              </>
            ) : (
              <button type="button" class="button" onClick={elsewhere}>
                {result.value ? count.leave : count.other}
              </button>
            )}
          </div>
        ) : undefined
      }
    >
      <LocationField task={task} isFixed={isCounting || lock.state.value.kind === 'asking'} />
      <CountLockNotice state={lock.state.value} />
      <TakenByAnother lock={lock} onElsewhere={elsewhere} />
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

/** Pieces that the books have where it is counted, as far as this device knows. */
function expectedPieces(task: Task): number | undefined {
  const known = knownOf(task);
  if (known?.asOf === undefined) return undefined;
  const position = positionOfLot(known, task.draft.value.lotNumber ?? null);
  return position ? piecesAt(position) : 0;
}

function Variance({ counted: { name, counted, expected } }: { readonly counted: Counted }) {
  const { count } = text.value;
  const { number, change } = formats.value;
  const difference = expected === undefined ? undefined : counted - expected;
  return (
    <section class={difference === 0 ? 'variance variance--none' : 'variance'} aria-label={count.variance}>
      <h2>{name}</h2>
      <dl class="figures">
        <div>
          <dt>{count.counted}</dt>
          <dd>{number(counted)}</dd>
        </div>
        {expected !== undefined && difference !== undefined && (
          <>
            <div>
              <dt>{count.expected}</dt>
              <dd>{number(expected)}</dd>
            </div>
            <div>
              <dt>{count.difference}</dt>
              <dd>{change(difference)}</dd>
            </div>
          </>
        )}
      </dl>
      <p>{differenceWords(difference)}</p>
    </section>
  );
}

function differenceWords(difference: number | undefined): string {
  const { count } = text.value;
  const { number } = formats.value;
  if (difference === undefined) return count.unknown;
  if (difference === 0) return count.agrees;
  return difference > 0 ? count.more(number(difference)) : count.fewer(number(-difference));
}
