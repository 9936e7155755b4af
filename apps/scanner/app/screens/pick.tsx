import { useEffect } from 'preact/hooks';
import type { CodeMeaning, PickTask } from '../../core/scanner-device.ts';
import { accepted, refused } from '../feedback.ts';
import type { ScanResult } from '../input/scan-queue.ts';
import { useScanTarget } from '../input/scan-target.ts';
import { itemName } from '../items.ts';
import { open } from '../navigation.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Loading } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { formats, text, warehouseId } from '../state.ts';
import { ordersOf } from './pick-tasks.ts';
import { ageOf, pickList } from './task-lists.ts';

/** Orders that wait to be picked; scanning an item opens its first line. */
export function Pick() {
  const { pick, common } = text.value;
  const list = pickList.shown.value;
  useEffect(() => void pickList.load(warehouseId.value), [warehouseId.value]);
  useScanTarget((meaning) => openTaskOf(meaning, pickList.tasks()));
  const orders = ordersOf(pickList.tasks());
  return (
    <Screen
      title={pick.title}
      subtitle={ageOf(list)}
      extra={
        <button
          type="button"
          class="icon-button"
          aria-label={pick.refresh}
          onClick={() => void pickList.load(warehouseId.value)}
        >
          <Icon name="refresh" />
        </button>
      }
    >
      {list === 'loading' && <Loading label={common.loading} />}
      {list !== undefined && list !== 'loading' && orders.length === 0 && (
        <Empty icon="pick" title={list.asOf === undefined ? pick.unknown : pick.empty}>
          <p>{list.asOf === undefined ? pick.unknownText : pick.emptyText}</p>
        </Empty>
      )}
      <ul class="rows">
        {orders.map(({ orderId, tasks }) => (
          <PickRow
            key={orderId}
            title={pick.order(orderId)}
            detail={[...new Set(tasks.map(({ itemId }) => itemName(itemId)))].join(', ')}
            figure={formats.value.number(tasks.length)}
            unit={pick.lineUnit(tasks.length)}
            onOpen={() => open({ kind: 'pick-order', orderId })}
          />
        ))}
      </ul>
    </Screen>
  );
}

/** The lines of one order. */
export function PickOrder({ orderId }: { readonly orderId: string }) {
  const { pick } = text.value;
  const tasks = pickList.tasks().filter((task) => task.orderId === orderId);
  useScanTarget((meaning) => openTaskOf(meaning, tasks));
  return (
    <Screen title={pick.order(orderId)} subtitle={pick.lines(tasks.length)}>
      {tasks.length === 0 && <Empty icon="check" title={pick.orderDone(orderId)} />}
      <ul class="rows">
        {tasks.map((task) => (
          <PickRow
            key={task.allocationId}
            title={itemName(task.itemId)}
            detail={[
              ...(itemName(task.itemId) === task.itemId ? [] : [task.itemId]),
              pick.line(task.lineId),
            ].join(' · ')}
            figure={formats.value.number(task.open)}
            onOpen={() => open({ kind: 'pick-line', task })}
          />
        ))}
      </ul>
    </Screen>
  );
}

function PickRow({
  title,
  detail,
  figure,
  unit,
  onOpen,
}: {
  readonly title: string;
  readonly detail: string;
  readonly figure: string;
  /** Of what; pieces where it is not said. */
  readonly unit?: string;
  readonly onOpen: () => void;
}) {
  return (
    <li>
      <button type="button" class="row row--task" onClick={onOpen}>
        <span class="row__text">
          <span class="row__title">{title}</span>
          <span class="row__detail">{detail}</span>
        </span>
        <span class="row__figure">
          {figure}
          {unit !== undefined && <span class="row__unit"> {unit}</span>}
        </span>
        <Icon name="chevron" />
      </button>
    </li>
  );
}

function openTaskOf({ code, items, locations }: CodeMeaning, tasks: readonly PickTask[]): ScanResult {
  const task = tasks.find(
    ({ itemId, orderId }) => orderId === code || items.some((one) => one.itemId === itemId),
  );
  if (task === undefined) {
    const isKnown = items.length > 0 || locations.length > 0;
    refused(isKnown ? text.value.pick.notWanted(code) : text.value.refused.unknown(code));
    return 'refused';
  }
  open(task.orderId === code ? { kind: 'pick-order', orderId: code } : { kind: 'pick-line', task });
  accepted(itemName(task.itemId));
  return 'taken';
}
