import { accepted } from '../feedback.ts';
import { Screen } from '../parts/screen.tsx';
import { formats, text, warehouseId } from '../state.ts';
import { lotsOf, piecesAt, positionOfLot } from '../task/lots.ts';
import { SaveButton } from '../task/save-button.tsx';
import { nextDraft } from '../task/task-form.ts';
import {
  DestinationField,
  ItemField,
  LocationField,
  LotField,
  nameOf,
  QuantityField,
  TaskSheets,
} from '../task/task-parts.tsx';
import { type Task, useTask } from '../task/use-task.ts';

/** Moves pieces from one location to another. */
export function Move() {
  const { move } = text.value;
  const task = useTask({ kind: 'transfer', warehouseId: warehouseId.value }, { looksAtStock: true });
  const { quantity = 0 } = task.draft.value;
  const shown = formats.value.number(quantity);

  async function save(): Promise<void> {
    const draft = task.draft.value;
    if (!(await task.save())) return;
    accepted(move.done(shown, draft.item ? nameOf(draft.item) : '', draft.toLocationId ?? ''));
    task.reset(nextDraft('transfer', draft));
  }

  return (
    <Screen
      title={move.title}
      actions={<SaveButton task={task} label={move.confirm(shown)} idle={move.title} onSave={save} />}
    >
      <LocationField task={task} />
      <ItemField task={task} />
      {hasLots(task) && <LotField task={task} />}
      <QuantityField task={task} detail={knownPieces(task)} />
      <DestinationField task={task} />
      <TaskSheets task={task} />
    </Screen>
  );
}

/** Whether it has to be asked which lot is meant. */
export function hasLots(task: Task): boolean {
  const stock = task.stock.value;
  const lots = stock === 'loading' ? [] : lotsOf(stock);
  return (
    lots.length > 1 || lots.some((lot) => lot !== null) || typeof task.draft.value.lotNumber === 'string'
  );
}

/** Pieces at the location, as far as it is known. */
export function knownPieces(task: Task): string | undefined {
  const stock = task.stock.value;
  const { lotNumber } = task.draft.value;
  if (stock === undefined || stock === 'loading' || lotNumber === undefined) return undefined;
  const position = positionOfLot(stock, lotNumber);
  return position && `${text.value.field.pieces(piecesAt(position))} ${text.value.field.there}`;
}
