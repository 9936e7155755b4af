import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Item } from '../../../../shared/contracts/master-data.ts';
import type { CodeMeaning, KnownPosition, KnownStock } from '../../core/scanner-device.ts';
import { accepted, refused } from '../feedback.ts';
import type { ScanResult } from '../input/scan-queue.ts';
import { useScanTarget } from '../input/scan-target.ts';
import { itemName, nameOf } from '../items.ts';
import { Empty, Loading } from '../parts/notice.tsx';
import { OpenButton } from '../parts/open-button.tsx';
import { Screen } from '../parts/screen.tsx';
import { TextSheet } from '../parts/text-sheet.tsx';
import { ask, formats, now, text, warehouseId } from '../state.ts';
import { ItemSheet } from '../task/item-sheet.tsx';
import { piecesAt } from '../task/lots.ts';

type Subject = { readonly kind: 'item' | 'location'; readonly id: string };

/** What is there of an item, or at a location: by the server, or as it was known last, with what still waits here. */
export function Stock({ code }: { readonly code?: string | undefined }) {
  const { stock, field, refused: words } = text.value;
  const subject = useSignal<Subject | undefined>(undefined);
  const known = useSignal<KnownStock | 'loading' | undefined>(undefined);
  const isTyping = useSignal(false);
  /** Items that the code may mean. */
  const choice = useSignal<readonly Item[]>([]);

  function look({ code: scanned, items, locations }: CodeMeaning): ScanResult {
    isTyping.value = false;
    choice.value = items.length > 1 ? items : [];
    if (items.length > 1) return 'taken';
    const place = locations.find((one) => one.warehouseId === warehouseId.value);
    const [item] = items;
    if (place === undefined && item === undefined) {
      refused((locations.length > 0 ? words['other-warehouse'] : words.unknown)(scanned));
      return 'refused';
    }
    if (item) showItem(item);
    else {
      accepted(scanned);
      show({ kind: 'location', id: place?.locationId ?? '' });
    }
    return 'taken';
  }

  function showItem(item: Item): void {
    choice.value = [];
    accepted(nameOf(item));
    show({ kind: 'item', id: item.itemId });
  }

  function show(next: Subject): void {
    subject.value = next;
    known.value = 'loading';
    const what = next.kind === 'item' ? { itemId: next.id } : { locationId: next.id };
    void ask((device) => device.stock({ ...what, warehouseId: warehouseId.value })).then((answer) => {
      if (subject.value === next) known.value = answer;
    });
  }

  async function readAndLook(entered: string): Promise<void> {
    const meaning = await ask((device) => device.read(entered));
    if (meaning) look(meaning);
  }

  useScanTarget(look);
  useEffect(() => {
    if (code !== undefined) void readAndLook(code);
  }, [code]);

  const shown = subject.value;
  return (
    <Screen
      title={stock.title}
      subtitle={shown && (shown.kind === 'item' ? itemName(shown.id) : shown.id)}
      actions={<OpenButton label={stock.type} isOpen={isTyping} />}
    >
      {shown === undefined ? (
        <Empty icon="stock" title={stock.prompt}>
          <p>{stock.promptText}</p>
        </Empty>
      ) : (
        <Known known={known.value} subject={shown} />
      )}
      {choice.value.length > 0 && (
        <ItemSheet
          items={choice.value}
          onDone={showItem}
          onClose={() => {
            choice.value = [];
          }}
        />
      )}
      {isTyping.value && (
        <TextSheet
          title={stock.type}
          label={field.typeCode}
          onClose={() => {
            isTyping.value = false;
          }}
          onDone={(entered) => void readAndLook(entered)}
        />
      )}
    </Screen>
  );
}

function Known({
  known,
  subject,
}: {
  readonly known: KnownStock | 'loading' | undefined;
  readonly subject: Subject;
}) {
  const { stock, common, field } = text.value;
  if (known === 'loading') return <Loading label={common.loading} />;
  if (known === undefined) return null;
  const positions = known.positions.filter((position) => position.onHand !== 0 || position.waiting !== 0);
  const total = positions.reduce((sum, position) => sum + piecesAt(position), 0);
  const waiting = positions.reduce((sum, position) => sum + position.waiting, 0);
  const { number, change, moment } = formats.value;
  const age =
    known.asOf === undefined
      ? stock.never
      : known.isLive
        ? stock.live
        : stock.asOf(moment(known.asOf, now.value));
  return (
    <>
      <div class="total">
        {subject.kind === 'item' && (
          <p class="total__figure">
            {number(total)} <span>{stock.total}</span>
          </p>
        )}
        <p class={known.isLive ? 'age age--live' : 'age'}>
          {age}
          {waiting !== 0 && ` · ${stock.waits(change(waiting))}`}
        </p>
      </div>
      {positions.length === 0 ? (
        <Empty icon="stock" title={stock.none} />
      ) : (
        <ul class="rows" aria-label={field.quantity}>
          {positions.map((position) => (
            <PositionRow
              key={`${position.locationId}|${position.itemId}|${position.lotNumber ?? ''}`}
              position={position}
              subject={subject}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function PositionRow({ position, subject }: { readonly position: KnownPosition; readonly subject: Subject }) {
  const { stock } = text.value;
  const { number, change } = formats.value;
  const name = subject.kind === 'item' ? position.locationId : itemName(position.itemId);
  const details = [
    ...(position.lotNumber === null ? [] : [position.lotNumber]),
    ...(position.reserved > 0 ? [stock.reserved(number(position.reserved))] : []),
    ...(position.waiting !== 0 ? [stock.waits(change(position.waiting))] : []),
  ];
  return (
    <li class="row">
      <span class="row__text">
        <span class="row__title">{name}</span>
        {details.length > 0 && <span class="row__detail">{details.join(' · ')}</span>}
      </span>
      <span class="row__figure">{number(piecesAt(position))}</span>
    </li>
  );
}
