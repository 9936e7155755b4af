import type { Item } from '../../../../shared/contracts/master-data.ts';
import { nameOf } from '../items.ts';
import { Sheet } from '../parts/sheet.tsx';
import { text } from '../state.ts';

/** Asks which of several items with one code is meant. */
export function ItemSheet({
  items,
  onDone,
  onClose,
}: {
  readonly items: readonly Item[];
  readonly onDone: (item: Item) => void;
  readonly onClose: () => void;
}) {
  return (
    <Sheet title={text.value.field.chooseItem} onClose={onClose}>
      <ul class="choices">
        {items.map((item) => (
          <li key={item.itemId}>
            <button type="button" class="choice" onClick={() => onDone(item)}>
              <span>{nameOf(item)}</span>
              <span class="choice__detail">{item.itemId}</span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
