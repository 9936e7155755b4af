import { accepted } from '../feedback.ts';
import { nameOf } from '../items.ts';
import { Screen } from '../parts/screen.tsx';
import { formats, text, warehouseId } from '../state.ts';
import { SaveButton } from '../task/save-button.tsx';
import { nextDraft } from '../task/task-form.ts';
import { ItemField, LocationField, LotField, QuantityField, TaskSheets } from '../task/task-parts.tsx';
import { useTask } from '../task/use-task.ts';

/** Puts away what came in: item, location, quantity; the location stays for the next. */
export function Receive() {
  const { receive } = text.value;
  const task = useTask({ kind: 'receipt', warehouseId: warehouseId.value }, { screen: { kind: 'receive' } });
  const { quantity = 0 } = task.draft.value;
  const shown = formats.value.number(quantity);

  async function save(): Promise<void> {
    const draft = task.draft.value;
    if (!(await task.save())) return;
    const name = draft.item ? nameOf(draft.item) : '';
    accepted(receive.done(shown, name, draft.locationId ?? ''));
    await task.shown();
    task.reset(nextDraft('receipt', draft));
  }

  return (
    <Screen
      title={receive.title}
      actions={<SaveButton task={task} label={receive.confirm(shown)} idle={receive.title} onSave={save} />}
    >
      <ItemField task={task} />
      <LocationField task={task} />
      <QuantityField task={task} />
      <LotField task={task} />
      <TaskSheets task={task} />
    </Screen>
  );
}
