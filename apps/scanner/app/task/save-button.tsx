import { refused } from '../feedback.ts';
import { text } from '../state.ts';
import { missingField } from './task-form.ts';
import { fieldName } from './task-words.ts';
import type { Task } from './use-task.ts';

export type SaveButtonProps = {
  readonly task: Task;
  /** `idle`: while something is missing. */
  readonly label: string;
  readonly idle?: string;
  readonly onSave: () => void;
  readonly isSecond?: boolean;
};

/** Stores the draft. It can always be pressed: where something is missing it says what. */
export function SaveButton({ task, label, idle = label, onSave, isSecond = false }: SaveButtonProps) {
  const missing = missingField(task.context, task.draft.value);
  return (
    <button
      type="button"
      class={isSecond ? 'button' : 'button button--primary'}
      aria-disabled={missing !== undefined}
      onClick={() => {
        if (missing === undefined) onSave();
        else refused(text.value.task.fill(fieldName(missing, task.context.kind)));
      }}
    >
      {missing === undefined ? label : idle}
    </button>
  );
}
