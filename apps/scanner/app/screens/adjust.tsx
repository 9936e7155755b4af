import { useSignal } from '@preact/signals';
import { accepted, clearFlash } from '../feedback.ts';
import { nameOf } from '../items.ts';
import { Choice } from '../parts/choice.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { ReasonSheet } from '../parts/reason-sheet.tsx';
import { Screen } from '../parts/screen.tsx';
import { formats, now, status, text, warehouseId } from '../state.ts';
import { reopenedForm } from '../task/kept-form.ts';
import { piecesAt, positionOfLot } from '../task/lots.ts';
import { SaveButton } from '../task/save-button.tsx';
import { nextDraft } from '../task/task-form.ts';
import { ItemField, LocationField, LotField, QuantityField, TaskSheets } from '../task/task-parts.tsx';
import { reasonWords } from '../task/task-words.ts';
import { knownOf, type Task, useTask } from '../task/use-task.ts';

/** Corrects stock by some pieces, for a reason. What the worker saw goes along, so that nobody overwrites another unseen. */
export function Adjust() {
  const { adjust, field } = text.value;
  const reopened = reopenedForm('adjust');
  const sign = useSignal<1 | -1>(reopened?.screen.sign ?? -1);
  const reason = useSignal(reopened?.screen.reason);
  const chosen = { sign: sign.value, ...(reason.value !== undefined && { reason: reason.value }) };
  const task = useTask(
    { kind: 'adjustment', warehouseId: warehouseId.value },
    { screen: { kind: 'adjust', ...chosen }, looksAtStock: true },
  );
  const isChoosing = useSignal(false);
  const change = sign.value * (task.draft.value.quantity ?? 0);

  async function save(): Promise<void> {
    if (reason.value === undefined) {
      isChoosing.value = true;
      return;
    }
    const draft = task.draft.value;
    if (!(await task.save({ quantity: change, reason: reason.value, ...versionSeen(task) }))) return;
    accepted(adjust.done(change, draft.item ? nameOf(draft.item) : '', draft.locationId ?? ''));
    await task.shown();
    reason.value = undefined;
    task.reset(nextDraft('adjustment', draft));
  }

  return (
    <Screen
      title={adjust.title}
      actions={<SaveButton task={task} label={adjust.confirm(change)} idle={adjust.title} onSave={save} />}
    >
      <LocationField task={task} />
      <ItemField task={task} />
      {task.draft.value.item && (
        <>
          <LotField task={task} />
          <Seen task={task} change={change} />
          <Choice
            name="sign"
            label={adjust.title}
            isNamed={false}
            value={sign.value}
            options={[
              [-1, `− ${adjust.less}`],
              [1, `+ ${adjust.more}`],
            ]}
            onChange={(chosen) => {
              clearFlash();
              sign.value = chosen;
            }}
          />
          <QuantityField task={task} />
          <Field
            icon="reason"
            label={field.reason}
            value={reason.value === undefined ? undefined : reasonWords(reason.value)}
            prompt={adjust.chooseReason}
            onTap={() => {
              isChoosing.value = true;
            }}
          />
        </>
      )}
      <TaskSheets task={task} />
      {isChoosing.value && (
        <ReasonSheet
          title={adjust.chooseReason}
          reasons={adjust.reasons}
          other={adjust.otherReason}
          onClose={() => {
            isChoosing.value = false;
          }}
          onDone={(chosen) => {
            isChoosing.value = false;
            reason.value = chosen;
          }}
        />
      )}
    </Screen>
  );
}

/**
 * The version that was shown, where the server told it just now; a scan that waits is booked whatever the version, and
 * one of ours that waits there will have changed it.
 */
function versionSeen(task: Task): { readonly expectedVersion?: number } {
  const known = knownOf(task);
  const { lotNumber } = task.draft.value;
  if (known?.isLive !== true || lotNumber === undefined) return {};
  if (status.value?.connection !== 'online') return {};
  const position = positionOfLot(known, lotNumber);
  if (position && position.waiting !== 0) return {};
  return { expectedVersion: position?.version ?? 0 };
}

/** What is there now and after it. */
function Seen({ task, change }: { readonly task: Task; readonly change: number }) {
  const { adjust, common } = text.value;
  const { number, moment } = formats.value;
  const stock = task.stock.value;
  const { lotNumber } = task.draft.value;
  if (stock === 'loading') return <Notice icon="stock">{common.loading}</Notice>;
  if (stock?.asOf === undefined || lotNumber === undefined)
    return <Notice icon="stock">{adjust.unknown}</Notice>;
  const position = positionOfLot(stock, lotNumber);
  const pieces = position ? piecesAt(position) : 0;
  const told = stock.isLive
    ? adjust.version(position?.version ?? 0)
    : adjust.asOf(moment(stock.asOf, now.value));
  return (
    <dl class="figures figures--line">
      <div>
        <dt>{adjust.now}</dt>
        <dd>{number(pieces)}</dd>
        <dd class="figures__detail">{told}</dd>
      </div>
      <div>
        <dt>{adjust.after}</dt>
        <dd>{number(Math.max(0, pieces + change))}</dd>
      </div>
    </dl>
  );
}
