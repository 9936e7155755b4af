import { useSignal } from '@preact/signals';
import { nameOf } from '../items.ts';
import { Field, Quantity } from '../parts/field.tsx';
import { NumberSheet } from '../parts/number-sheet.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { TextSheet } from '../parts/text-sheet.tsx';
import { formats, text } from '../state.ts';
import { DoubtSheet } from './doubt-sheet.tsx';
import { ItemSheet } from './item-sheet.tsx';
import { lotsOf, piecesAt, positionOfLot } from './lots.ts';
import { expectedField, type ScanField } from './task-form.ts';
import { wrongOf } from './task-words.ts';
import { knownOf, type Task } from './use-task.ts';

/** The location that a task begins at. */
export function LocationField({
  task,
  wanted,
  isFixed = false,
}: {
  readonly task: Task;
  /** Where to go. */
  readonly wanted?: string;
  readonly isFixed?: boolean;
}) {
  const { field, recount } = text.value;
  const isMove = task.context.kind === 'transfer';
  return (
    <Field
      icon="location"
      label={isMove ? field.from : field.location}
      value={task.draft.value.locationId}
      prompt={wanted === undefined ? field.scanLocation : recount.goTo(wanted)}
      isExpected={isExpected(task, 'locationId')}
      wrong={wrongOf(task.wrong.value, 'locationId')}
      onTap={isFixed ? undefined : () => openTyping(task, 'locationId')}
    />
  );
}

export function DestinationField({ task }: { readonly task: Task }) {
  const { field } = text.value;
  return (
    <Field
      icon="location"
      label={field.to}
      value={task.draft.value.toLocationId}
      prompt={field.scanTo}
      isExpected={isExpected(task, 'toLocationId')}
      wrong={wrongOf(task.wrong.value, 'toLocationId')}
      onTap={() => openTyping(task, 'toLocationId')}
    />
  );
}

export function ItemField({ task, isFixed = false }: { readonly task: Task; readonly isFixed?: boolean }) {
  const { field } = text.value;
  const { item, expiresOn } = task.draft.value;
  const useBy = expiresOn === undefined ? [] : [`${field.expiry} ${formats.value.day(expiresOn)}`];
  return (
    <Field
      icon="item"
      label={field.item}
      value={item && nameOf(item)}
      detail={item && [...(item.description ? [item.itemId] : []), ...useBy].join(' · ')}
      prompt={field.scanItem}
      isExpected={isExpected(task, 'itemId')}
      wrong={wrongOf(task.wrong.value, 'itemId')}
      onTap={isFixed ? undefined : () => openTyping(task, 'itemId')}
    />
  );
}

/** Where a task has an item, and it has to be asked which lot is meant; it is then decided by label, stock or hand. */
export function LotField({ task, isFixed = false }: { readonly task: Task; readonly isFixed?: boolean }) {
  const { field } = text.value;
  const { item, lotNumber } = task.draft.value;
  const isReceipt = task.context.kind === 'receipt';
  if (item === undefined || !(isReceipt || hasLots(task))) return null;
  return (
    <Field
      icon="lot"
      label={field.lot}
      value={lotNumber === undefined ? undefined : (lotNumber ?? field.noLot)}
      prompt={isReceipt ? field.noLot : field.chooseLot}
      wrong={wrongOf(task.wrong.value, 'lotNumber')}
      onTap={
        isFixed
          ? undefined
          : () => {
              task.over.value = { kind: 'lot' };
            }
      }
    />
  );
}

/** What lies there has a lot, or several have to be told apart. */
function hasLots(task: Task): boolean {
  const lots = lotsOf(knownOf(task));
  return (
    lots.length > 1 || lots.some((lot) => lot !== null) || typeof task.draft.value.lotNumber === 'string'
  );
}

export function QuantityField({
  task,
  detail,
}: {
  readonly task: Task;
  readonly detail?: string | undefined;
}) {
  const { item, quantity } = task.draft.value;
  if (item === undefined) return null;
  return (
    <Quantity
      value={quantity}
      detail={detail}
      wrong={wrongOf(task.wrong.value, 'quantity')}
      least={task.context.kind === 'count' ? 0 : 1}
      onChange={(next) => task.change({ quantity: next })}
      onTap={() => {
        task.over.value = { kind: 'quantity' };
      }}
    />
  );
}

/** Pieces at the location, as far as it is known: behind the quantity where a task may show it. */
export function knownPieces(task: Task): string | undefined {
  const { field } = text.value;
  const { lotNumber } = task.draft.value;
  const position = lotNumber === undefined ? undefined : positionOfLot(knownOf(task), lotNumber);
  return position && `${field.pieces(piecesAt(position))} ${field.there}`;
}

function isExpected(task: Task, field: ScanField): boolean {
  return expectedField(task.context.kind, task.draft.value) === field;
}

function openTyping(task: Task, field: ScanField): void {
  task.over.value = { kind: 'type', field };
}

/** What a task lays over its form. */
export function TaskSheets({ task }: { readonly task: Task }) {
  const over = task.over.value;
  const { field, storageFull, common } = text.value;
  const close = () => {
    task.over.value = undefined;
  };
  switch (over?.kind) {
    case undefined:
      return null;
    case 'type': {
      const title = { itemId: field.item, locationId: field.location, toLocationId: field.to }[over.field];
      return (
        <TextSheet
          title={title}
          label={field.typeCode}
          onClose={close}
          onDone={(code) => void task.typed(over.field, code)}
        />
      );
    }
    case 'quantity':
      return (
        <NumberSheet
          title={field.enterQuantity}
          value={task.draft.value.quantity}
          onClose={close}
          onDone={(quantity) => task.change({ quantity })}
        />
      );
    case 'lot':
      return <LotSheet task={task} onClose={close} />;
    case 'choose':
      return (
        <ItemSheet items={over.items} onDone={(item) => task.chose(item, over.meaning)} onClose={close} />
      );
    case 'doubts':
      return <DoubtSheet doubts={over.doubts} quantity={over.scan.quantity} onAnswer={over.answer} />;
    case 'storage-full':
      return (
        <Sheet title={storageFull.title} isAlert onClose={close}>
          <p>{storageFull.text}</p>
          <button type="button" class="button button--primary" onClick={close}>
            {common.ok}
          </button>
        </Sheet>
      );
  }
}

/** The lots that lie there, none, or another. A count shows no pieces: it is blind. */
function LotSheet({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const { field } = text.value;
  const known = knownOf(task);
  const lots = lotsOf(known);
  const isBlind = task.context.kind === 'count';
  const pieces = (lot: string | null) => {
    const position = positionOfLot(known, lot);
    return position && !isBlind ? field.pieces(piecesAt(position)) : undefined;
  };
  return (
    <ChoiceOfLot
      lots={lots.includes(null) ? lots : [...lots, null]}
      detailOf={pieces}
      onDone={(lotNumber) => task.change({ lotNumber, isOnlyLot: false })}
      onClose={onClose}
    />
  );
}

function ChoiceOfLot({
  lots,
  detailOf,
  onDone,
  onClose,
}: {
  readonly lots: readonly (string | null)[];
  readonly detailOf: (lot: string | null) => string | undefined;
  readonly onDone: (lot: string | null) => void;
  readonly onClose: () => void;
}) {
  const { field } = text.value;
  const isOther = useSignal(false);
  if (isOther.value)
    return <TextSheet title={field.lot} label={field.lot} most={64} onDone={onDone} onClose={onClose} />;
  return (
    <Sheet title={field.chooseLot} onClose={onClose}>
      <ul class="choices">
        {lots.map((lot) => (
          <li key={lot ?? ''}>
            <button type="button" class="choice" onClick={() => onDone(lot)}>
              <span>{lot ?? field.noLot}</span>
              {detailOf(lot) !== undefined && <span class="choice__detail">{detailOf(lot)}</span>}
            </button>
          </li>
        ))}
        <li>
          <button
            type="button"
            class="choice"
            onClick={() => {
              isOther.value = true;
            }}
          >
            {field.otherLot}
          </button>
        </li>
      </ul>
    </Sheet>
  );
}
