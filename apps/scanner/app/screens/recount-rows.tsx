import type { KnownRecount } from '../../core/scanner-device.ts';
import { itemName } from '../items.ts';
import { Icon } from '../parts/icon.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { text } from '../state.ts';
import { recountList } from './task-lists.ts';

/** What is to be counted and is not yet, also not on this device. */
export function openRecounts(): readonly KnownRecount[] {
  return recountList.tasks().filter(({ isCounted }) => !isCounted);
}

export function recountsAt(locationId: string): readonly KnownRecount[] {
  return openRecounts().filter((task) => task.locationId === locationId);
}

/**
 * The counts that are wanted, and those that wait on this device.
 * @param onOpen told the tasks of a location, the one that was tapped first
 */
export function RecountRows({ onOpen }: { readonly onOpen: (tasks: readonly KnownRecount[]) => void }) {
  const { recount } = text.value;
  const tasks = recountList.tasks();
  if (tasks.length === 0) return null;
  return (
    <section class="stack" aria-label={recount.list}>
      <h2 class="label">{recount.wanted(openRecounts().length)}</h2>
      <ul class="rows">
        {tasks.map((task) => (
          <li key={keyOf(task)}>
            {task.isCounted ? (
              <div class="row row--task">
                <StateMark state="queued" />
                <RecountText task={task} />
              </div>
            ) : (
              <button
                type="button"
                class="row row--task"
                onClick={() => onOpen([task, ...recountsAt(task.locationId).filter((one) => one !== task)])}
              >
                <RecountText task={task} />
                <Icon name="chevron" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function RecountText({
  task: { locationId, itemId, lotNumber, isCounted, reason },
}: {
  readonly task: KnownRecount;
}) {
  return (
    <span class="row__text">
      <span class="row__title">{locationId}</span>
      <span class="row__detail">
        {[itemName(itemId), ...(lotNumber === null ? [] : [lotNumber])].join(' · ')}
      </span>
      {isCounted ? (
        <span class="row__state row__state--queued">{text.value.recount.counted}</span>
      ) : (
        reason !== '' && <span class="row__detail">{reason}</span>
      )}
    </span>
  );
}

function keyOf({ investigationId, itemId, locationId, lotNumber }: KnownRecount): string {
  return [investigationId, itemId, locationId, lotNumber ?? ''].join('|');
}
