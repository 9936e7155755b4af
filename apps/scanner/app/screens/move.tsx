import { accepted } from '../feedback.ts';
import { nameOf } from '../items.ts';
import { Screen } from '../parts/screen.tsx';
import { formats, text, warehouseId } from '../state.ts';
import { SaveButton } from '../task/save-button.tsx';
import { nextDraft } from '../task/task-form.ts';
import {
  DestinationField,
  ItemField,
  knownPieces,
  LocationField,
  LotField,
  QuantityField,
  TaskSheets,
} from '../task/task-parts.tsx';
import { useTask } from '../task/use-task.ts';

/** Moves pieces from one location to another. */
export function Move() {
  const { move } = text.value;
  const task = useTask(
    { kind: 'transfer', warehouseId: warehouseId.value },
    { screen: { kind: 'move' }, looksAtStock: true },
  );
  const { quantity = 0 } = task.draft.value;
  const shown = formats.value.number(quantity);

  async function save(): Promise<void> {
    const draft = task.draft.value;
    if (!(await task.save())) return;
    accepted(move.done(shown, draft.item ? nameOf(draft.item) : '', draft.toLocationId ?? ''));
    await task.shown();
    task.reset(nextDraft('transfer', draft));
  }

  return (
    <Screen
      title={move.title}
      actions={<SaveButton task={task} label={move.confirm(shown)} idle={move.title} onSave={save} />}
    >
      <LocationField task={task} />
      <ItemField task={task} />
      <LotField task={task} />
      <QuantityField task={task} detail={knownPieces(task)} />
      <DestinationField task={task} />
      <TaskSheets task={task} />
    </Screen>
  );
}
