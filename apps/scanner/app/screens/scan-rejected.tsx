import { useSignal } from '@preact/signals';
import type { FieldFault } from '../../../../shared/contracts/field-fault.ts';
import type { Item } from '../../../../shared/contracts/master-data.ts';
import type { ScanInput } from '../../core/scan.ts';
import type { CodeMeaning, ScanDoubt } from '../../core/scanner-device.ts';
import { accepted, refused } from '../feedback.ts';
import { useScanTarget } from '../input/scan-target.ts';
import { itemName } from '../items.ts';
import { Field } from '../parts/field.tsx';
import type { IconName } from '../parts/icon.tsx';
import { NumberSheet } from '../parts/number-sheet.tsx';
import { Screen } from '../parts/screen.tsx';
import { StateNotice } from '../parts/state-notice.tsx';
import { TextSheet } from '../parts/text-sheet.tsx';
import { ask, formats, said, text } from '../state.ts';
import { DoubtSheet } from '../task/doubt-sheet.tsx';
import { ItemSheet } from '../task/item-sheet.tsx';
import { fieldName } from '../task/task-words.ts';
import { faultWords, fieldAtFault, problemWords } from '../text/server-words.ts';
import { RedActions, type RedProps } from './red-actions.tsx';

type Correctable = 'itemId' | 'locationId' | 'toLocationId' | 'lotNumber' | 'quantity' | 'reason';

const ICONS: Readonly<Record<Correctable, IconName>> = {
  itemId: 'item',
  locationId: 'location',
  toLocationId: 'location',
  lotNumber: 'lot',
  quantity: 'quantity',
  reason: 'reason',
};

/** The server did not take it: what is wrong is put right and sent again. */
export function Rejected({ scan, decide, onDrop }: RedProps) {
  const { scan: words, types } = text.value;
  const { transaction, refusal } = scan;
  const changes = useSignal<Partial<ScanInput>>({});
  const editing = useSignal<Correctable | undefined>(undefined);
  const doubts = useSignal<readonly ScanDoubt[]>([]);
  /** What was scanned and may mean several items. */
  const unclear = useSignal<CodeMeaning | undefined>(undefined);
  const entered: ScanInput = { ...transaction, ...changes.value };
  const errors = refusal?.problem.errors ?? [];
  const told = (fault: FieldFault) => faultWords(said.value, fault, transaction.userId);
  const wrong = (field: Correctable) => {
    const fault = errors.find(({ pointer }) => pointer === `/${field}`);
    return fault && told(fault);
  };
  const fields = correctableOf(transaction.type);

  function change(next: Partial<ScanInput>): void {
    editing.value = undefined;
    doubts.value = [];
    changes.value = { ...changes.value, ...next };
  }

  function changeItem({ itemId }: Item, { lotNumber }: Pick<CodeMeaning, 'lotNumber'>): void {
    unclear.value = undefined;
    change({ itemId, ...(lotNumber !== undefined && { lotNumber }) });
  }

  useScanTarget((meaning) => {
    const { code, items, locations } = meaning;
    unclear.value = items.length > 1 ? meaning : undefined;
    if (items.length > 1) return 'taken';
    const [item] = items;
    const place = locations.find((one) => one.warehouseId === transaction.warehouseId);
    if (item) changeItem(item, meaning);
    else if (place && wrong('toLocationId') !== undefined) change({ toLocationId: place.locationId });
    else if (place) change({ locationId: place.locationId });
    else {
      refused(text.value.refused[locations.length > 0 ? 'other-warehouse' : 'unknown'](code));
      return 'refused';
    }
    accepted(code);
    return 'taken';
  });

  /** A code that was typed may be a bar code. */
  async function typed(field: Correctable, value: string): Promise<void> {
    if (field === 'lotNumber' || field === 'reason') {
      change({ [field]: value });
      return;
    }
    const meaning = await ask((device) => device.read(value));
    const [item, ...others] = field === 'itemId' ? (meaning?.items ?? []) : [];
    if (others.length > 0) {
      editing.value = undefined;
      unclear.value = meaning;
    } else change({ [field]: item?.itemId ?? value });
  }

  /** Asks first where what was put right is in doubt, as where a scan is made. */
  async function send(isSure: boolean): Promise<void> {
    const checked = isSure ? undefined : await ask((device) => device.check(entered));
    doubts.value = checked?.errors.length === 0 ? checked.doubts : [];
    if (doubts.value.length === 0) await decide({ kind: 'correct', changes: changes.value });
  }

  const shownOf = (field: Correctable): string | undefined => {
    if (field === 'quantity') return formats.value.number(entered.quantity);
    if (field === 'itemId') return itemName(entered.itemId);
    return entered[field] ?? undefined;
  };
  const other = errors.filter(({ pointer }) => !fields.some((field) => pointer === `/${field}`));
  const lines =
    other.length > 0
      ? other.map((fault) => `${fieldAtFault(text.value, fault)}: ${told(fault)}`)
      : errors.length === 0 && refusal
        ? [problemWords(said.value, refusal.problem)]
        : [words.rejectedText];
  return (
    <Screen
      title={types[transaction.type]}
      subtitle={formats.value.moment(transaction.scannedAt, Date.now())}
      actions={<RedActions label={words.correct} onDo={() => void send(false)} onDrop={onDrop} />}
    >
      <StateNotice state="refused" title={words.rejected} lines={lines} />
      {fields.map((field) => (
        <Field
          key={field}
          icon={ICONS[field]}
          label={fieldName(field, transaction.type)}
          value={shownOf(field)}
          prompt="–"
          wrong={changes.value[field] === undefined ? wrong(field) : undefined}
          onTap={() => {
            editing.value = field;
          }}
        />
      ))}
      <Correction
        field={editing.value}
        entered={entered}
        onClose={() => {
          editing.value = undefined;
        }}
        onText={typed}
        onQuantity={(pieces) => change({ quantity: entered.quantity < 0 ? -pieces : pieces })}
      />
      {doubts.value.length > 0 && (
        <DoubtSheet
          doubts={doubts.value}
          quantity={entered.quantity}
          onAnswer={(isSure) => {
            doubts.value = [];
            if (isSure) void send(true);
          }}
        />
      )}
      {unclear.value && (
        <ItemSheet
          items={unclear.value.items}
          onDone={(item) => changeItem(item, unclear.value ?? {})}
          onClose={() => {
            unclear.value = undefined;
          }}
        />
      )}
    </Screen>
  );
}

function correctableOf(type: ScanInput['type']): readonly Correctable[] {
  switch (type) {
    case 'transfer':
      return ['itemId', 'locationId', 'toLocationId', 'quantity', 'lotNumber'];
    case 'adjustment':
      return ['itemId', 'locationId', 'quantity', 'lotNumber', 'reason'];
    case 'receipt':
    case 'pick':
    case 'count':
      return ['itemId', 'locationId', 'quantity', 'lotNumber'];
  }
}

function Correction({
  field,
  entered,
  onClose,
  onText,
  onQuantity,
}: {
  readonly field: Correctable | undefined;
  readonly entered: ScanInput;
  readonly onClose: () => void;
  readonly onText: (field: Correctable, value: string) => Promise<void>;
  readonly onQuantity: (pieces: number) => void;
}) {
  if (field === undefined) return null;
  const title = fieldName(field, entered.type);
  if (field === 'quantity') {
    const pieces = Math.abs(entered.quantity);
    return <NumberSheet title={title} value={pieces} onClose={onClose} onDone={onQuantity} />;
  }
  return (
    <TextSheet
      title={title}
      label={text.value.common.type}
      value={entered[field] ?? ''}
      onClose={onClose}
      onDone={(value) => void onText(field, value)}
    />
  );
}
