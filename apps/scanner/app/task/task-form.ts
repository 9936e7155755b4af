import type { Item } from '../../../../shared/contracts/master-data.ts';
import type { ScanInput } from '../../core/scan.ts';
import type { CodeMeaning } from '../../core/scanner-device.ts';

export type TaskKind = ScanInput['type'];

/** Fields that a scan can fill. */
export type ScanField = 'locationId' | 'itemId' | 'toLocationId';

/** What a worker has entered so far. Quantities are pieces. */
export type Draft = {
  readonly locationId?: string;
  readonly item?: Item;
  /** Undefined: not decided yet. Null: stock without a lot. */
  readonly lotNumber?: string | null;
  /** Nobody has said the lot, it is the only one that is known at the location: at another it may be another. */
  readonly isOnlyLot?: boolean;
  readonly expiresOn?: string;
  readonly quantity?: number;
  /** Pieces that were scanned one by one. */
  readonly scanned?: number;
  readonly toLocationId?: string;
};

/** What a form is about. */
export type TaskContext = {
  readonly kind: TaskKind;
  readonly warehouseId: string;
  /** The item that a pick or a recount asks for; of a pick how many pieces of it, of a recount where. */
  readonly wanted?: { readonly itemId: string; readonly open?: number; readonly locationId?: string };
  /** Fields that may be filled now; all where it is not said. */
  readonly accepts?: readonly ScanField[];
};

export type RefusedCode =
  | 'unknown'
  | 'no-item'
  | 'no-location'
  | 'other-warehouse'
  | 'wrong-item'
  | 'wrong-location'
  | 'other-item'
  | 'other-lot'
  | 'same-location'
  | 'device-card';

export type Placed =
  | { readonly kind: 'taken'; readonly field: ScanField; readonly draft: Draft }
  /** The same item once more. */
  | { readonly kind: 'again'; readonly draft: Draft }
  /** Several items have this code. */
  | { readonly kind: 'choose'; readonly items: readonly Item[] }
  | { readonly kind: 'refused'; readonly why: RefusedCode };

/** Fields in the order in which they are asked for. */
const ORDER: Readonly<Record<TaskKind, readonly ScanField[]>> = {
  receipt: ['itemId', 'locationId'],
  pick: ['locationId', 'itemId'],
  adjustment: ['locationId', 'itemId'],
  count: ['locationId', 'itemId'],
  transfer: ['locationId', 'itemId', 'toLocationId'],
};

/** The field that the next scan is for; undefined when all have something. */
export function expectedField(kind: TaskKind, draft: Draft): ScanField | undefined {
  return ORDER[kind].find((field) => !isFilled(field, draft));
}

function isFilled(field: ScanField, { locationId, item, toLocationId }: Draft): boolean {
  switch (field) {
    case 'locationId':
      return locationId !== undefined;
    case 'itemId':
      return item !== undefined;
    case 'toLocationId':
      return toLocationId !== undefined;
  }
}

/**
 * Puts a code into the field that expects it: the one that is asked for now, then another that is empty, then one that has
 * something already. `into`: the field it was typed for, and no other.
 */
export function placeCode(
  context: TaskContext,
  draft: Draft,
  meaning: CodeMeaning,
  into?: ScanField,
): Placed {
  const { items, locations, deviceCard } = meaning;
  if (deviceCard) return refused('device-card');
  const candidates = into === undefined ? candidatesOf(context, draft) : [into];
  for (const field of candidates) {
    if (field === 'itemId' && items.length > 0) return placeItem(context, draft, meaning, into !== undefined);
    if (field !== 'itemId' && locations.length > 0) return placeLocation(context, draft, meaning, field);
  }
  if (items.length > 0 || locations.length > 0)
    return refused(candidates.includes('itemId') ? 'no-item' : 'no-location');
  return refused('unknown');
}

function candidatesOf({ kind, accepts = ORDER[kind] }: TaskContext, draft: Draft): ScanField[] {
  // Where something goes is asked for when it is known what goes: before that another location is where it comes from.
  const fields = ORDER[kind].filter(
    (field) => accepts.includes(field) && !(field === 'toLocationId' && draft.item === undefined),
  );
  const expected = expectedField(kind, draft);
  const isLater = (field: ScanField) => field !== expected;
  return [
    ...fields.filter((field) => field === expected),
    ...fields.filter((field) => isLater(field) && !isFilled(field, draft)),
    ...fields.filter((field) => isLater(field) && isFilled(field, draft)).toReversed(),
  ];
}

function placeItem(context: TaskContext, draft: Draft, meaning: CodeMeaning, isReplaced: boolean): Placed {
  const { wanted } = context;
  const items = wanted ? meaning.items.filter(({ itemId }) => itemId === wanted.itemId) : meaning.items;
  const [item, ...others] = items;
  if (item === undefined) return refused('wrong-item');
  if (draft.item !== undefined && !isReplaced) {
    const same = items.find(({ itemId }) => itemId === draft.item?.itemId);
    return same ? sameItemAgain(context, draft, meaning) : refused('other-item');
  }
  if (others.length > 0) return { kind: 'choose', items };
  return { kind: 'taken', field: 'itemId', draft: withItem(context, draft, item, meaning) };
}

/** The draft with an item, and what its label said besides. */
export function withItem(context: TaskContext, draft: Draft, item: Item, meaning: CodeMeaning): Draft {
  const { lotNumber: _, isOnlyLot: __, expiresOn: ___, quantity: ____, scanned: _____, ...rest } = draft;
  const quantity = firstQuantity(context, meaning.quantity);
  return {
    ...rest,
    item,
    scanned: meaning.quantity ?? 1,
    ...(meaning.lotNumber !== undefined && { lotNumber: meaning.lotNumber }),
    ...(meaning.expiresOn !== undefined && { expiresOn: meaning.expiresOn }),
    ...(quantity !== undefined && { quantity }),
  };
}

/** A pick begins with what is open. A count begins with nothing: who counts is to say a figure. */
function firstQuantity({ kind, wanted }: TaskContext, ofLabel: number | undefined): number | undefined {
  if (kind === 'pick') return wanted?.open;
  return kind === 'count' ? ofLabel : (ofLabel ?? 1);
}

/** Each scan of the same item is one more piece, or as many as its label says; a pick has its quantity from the order. */
function sameItemAgain({ kind }: TaskContext, draft: Draft, meaning: CodeMeaning): Placed {
  const { lotNumber } = meaning;
  if (lotNumber !== undefined && draft.lotNumber !== undefined && lotNumber !== draft.lotNumber)
    return refused('other-lot');
  const lot = lotNumber === undefined ? {} : { lotNumber, isOnlyLot: false };
  if (kind === 'pick') return { kind: 'again', draft: { ...draft, ...lot } };
  const step = meaning.quantity ?? 1;
  const scanned = (draft.scanned ?? 0) + step;
  const quantity = draft.quantity === undefined ? scanned : draft.quantity + step;
  return { kind: 'again', draft: { ...draft, ...lot, scanned, quantity } };
}

function placeLocation(
  { warehouseId, wanted }: TaskContext,
  draft: Draft,
  { locations }: CodeMeaning,
  field: 'locationId' | 'toLocationId',
): Placed {
  const place = locations.find((one) => one.warehouseId === warehouseId);
  if (place === undefined) return refused('other-warehouse');
  const { locationId } = place;
  if (wanted?.locationId !== undefined && locationId !== wanted.locationId) return refused('wrong-location');
  if (field === 'toLocationId')
    return locationId === draft.locationId
      ? refused('same-location')
      : { kind: 'taken', field, draft: { ...draft, toLocationId: locationId } };
  const { toLocationId, ...rest } = locationId === draft.locationId ? draft : withoutOnlyLot(draft);
  const to = toLocationId === undefined || toLocationId === locationId ? {} : { toLocationId };
  return { kind: 'taken', field, draft: { ...rest, ...to, locationId } };
}

function withoutOnlyLot(draft: Draft): Draft {
  if (draft.isOnlyLot !== true) return draft;
  const { lotNumber: _, isOnlyLot: __, ...rest } = draft;
  return rest;
}

function refused(why: RefusedCode): Placed {
  return { kind: 'refused', why };
}

/** A draft of what is asked for; pieces of it that were scanned already stay. */
export function askedDraft(
  draft: Draft,
  asked: Required<Pick<Draft, 'locationId' | 'item' | 'lotNumber'>>,
): Draft {
  const { item, lotNumber = asked.lotNumber } = draft;
  const isBegun = item?.itemId === asked.item.itemId && lotNumber === asked.lotNumber;
  return isBegun ? { ...draft, ...asked } : asked;
}

/** What stays for the next scan of the same kind. */
export function nextDraft(kind: TaskKind, { locationId }: Draft): Draft {
  const keeps = kind === 'receipt' || kind === 'count' || kind === 'transfer';
  return keeps && locationId !== undefined ? { locationId } : {};
}

/** Whether something was entered since the save before. A location under count is something: its lock is held. */
export function isBegun(kind: TaskKind, draft: Draft): boolean {
  const left = kind === 'count' ? {} : nextDraft(kind, draft);
  return Object.keys(draft).length > Object.keys(left).length;
}

/** The field that keeps a draft from being stored. */
export function missingField(
  { kind }: TaskContext,
  draft: Draft,
): ScanField | 'lotNumber' | 'quantity' | undefined {
  const expected = expectedField(kind, draft);
  if (expected) return expected;
  // What comes in without a lot has none; what is there already has to be told apart.
  if (kind !== 'receipt' && draft.lotNumber === undefined) return 'lotNumber';
  return draft.quantity === undefined ? 'quantity' : undefined;
}

/** The draft as a scan; what is missing in it is empty, which the check then tells. */
export function scanOf(
  { kind, warehouseId }: TaskContext,
  { item, locationId = '', toLocationId, lotNumber = null, quantity = 0 }: Draft,
): ScanInput {
  return {
    type: kind,
    itemId: item?.itemId ?? '',
    warehouseId,
    locationId,
    lotNumber,
    quantity,
    ...(toLocationId !== undefined && { toLocationId }),
  };
}
