import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { KnownStock, PickTask } from '../../core/scanner-device.ts';
import { accepted, refused } from '../feedback.ts';
import { itemName } from '../items.ts';
import { backTo, replace } from '../navigation.ts';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { ask, formats, text } from '../state.ts';
import { piecesAt } from '../task/lots.ts';
import { SaveButton } from '../task/save-button.tsx';
import {
  ItemField,
  knownPieces,
  LocationField,
  LotField,
  QuantityField,
  TaskSheets,
} from '../task/task-parts.tsx';
import { useTask } from '../task/use-task.ts';
import { takeOffPickList } from './pick-tasks.ts';
import { pickList } from './task-lists.ts';

/** One line of an order: go to the location, scan it, scan the item, take the pieces. */
export function PickLine({ task: line }: { readonly task: PickTask }) {
  const { pick } = text.value;
  const { number } = formats.value;
  const task = useTask(
    {
      kind: 'pick',
      warehouseId: line.warehouseId,
      wanted: { itemId: line.itemId, open: line.open },
    },
    { screen: { kind: 'pick-line', task: line }, looksAtStock: true },
  );
  const isShort = useSignal(false);
  const quantity = task.draft.value.quantity ?? line.open;

  function confirm(): void {
    // A line cannot be closed without a piece: the count of an empty location is what corrects the order.
    if (quantity === 0) refused(pick.nothing);
    else if (quantity > line.open) refused(pick.tooMany(number(line.open)));
    else if (quantity < line.open) isShort.value = true;
    else void save(false);
  }

  async function save(isClosing: boolean): Promise<void> {
    isShort.value = false;
    const { orderId, allocationId } = line;
    if (!(await task.save({ orderId, allocationId, ...(isClosing && { closesAllocation: true }) }))) return;
    takeOffPickList(line.allocationId, quantity, isClosing);
    void pickList.load(line.warehouseId);
    const done = pick.done(number(quantity), itemName(line.itemId));
    const next = pickList.tasks().find(({ orderId }) => orderId === line.orderId);
    accepted(next || !pickList.isKnown() ? done : `${done}. ${pick.orderDone(line.orderId)}`);
    if (next) replace({ kind: 'pick-line', task: next });
    else backTo('pick');
  }

  return (
    <Screen
      title={itemName(line.itemId)}
      subtitle={`${pick.order(line.orderId)} · ${pick.take(number(line.open))}`}
      actions={
        <SaveButton task={task} label={pick.confirm(number(quantity))} idle={pick.title} onSave={confirm} />
      }
    >
      {task.draft.value.locationId === undefined && <WhereItLies line={line} />}
      <LocationField task={task} />
      <ItemField task={task} />
      <LotField task={task} />
      <QuantityField task={task} detail={knownPieces(task)} />
      <TaskSheets task={task} />
      {isShort.value && (
        <Sheet
          title={pick.short}
          isAlert
          onClose={() => {
            isShort.value = false;
          }}
        >
          <p>{pick.shortText(number(quantity), number(line.open))}</p>
          <button type="button" class="button" onClick={() => void save(false)}>
            {pick.later}
          </button>
          <button type="button" class="button button--primary" onClick={() => void save(true)}>
            {pick.close}
          </button>
        </Sheet>
      )}
    </Screen>
  );
}

/** Places that are shown at once. */
const MOST_PLACES = 4;

function WhereItLies({ line: { itemId, warehouseId } }: { readonly line: PickTask }) {
  const { pick, common } = text.value;
  const known = useSignal<KnownStock | undefined | 'loading'>('loading');
  useEffect(() => {
    void ask((device) => device.stock({ itemId, warehouseId })).then((answer) => {
      known.value = answer;
    });
  }, [itemId, warehouseId]);
  if (known.value === 'loading') return <Notice icon="location">{common.loading}</Notice>;
  const filled = (known.value?.positions ?? []).filter((position) => piecesAt(position) > 0);
  const places = filled.toSorted((a, b) => piecesAt(b) - piecesAt(a)).slice(0, MOST_PLACES);
  if (places.length === 0)
    return (
      <Notice icon="location" kind="wait">
        {pick.nowhere}
      </Notice>
    );
  return (
    <section class="places" aria-label={pick.lies}>
      <h2>{pick.lies}</h2>
      <ul>
        {places.map((place) => (
          <li key={`${place.locationId}|${place.lotNumber ?? ''}`}>
            <strong>{place.locationId}</strong>
            <span>
              {[formats.value.number(piecesAt(place)), ...(place.lotNumber ? [place.lotNumber] : [])].join(
                ' · ',
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
