import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Item } from '../../../../shared/contracts/master-data.ts';
import type { ScanInput } from '../../core/scan.ts';
import type { CodeMeaning, KnownStock, ScanDoubt, ScanError } from '../../core/scanner-device.ts';
import { drawn } from '../drawn.ts';
import { accepted, clearFlash, refused } from '../feedback.ts';
import type { ScanResult } from '../input/scan-queue.ts';
import { useScanTarget } from '../input/scan-target.ts';
import { ask, text } from '../state.ts';
import { submitScan } from '../submit.ts';
import { type FormScreen, reopenedForm, useKeptForm } from './kept-form.ts';
import { lotsOf } from './lots.ts';
import { type Draft, placeCode, type ScanField, scanOf, type TaskContext, withItem } from './task-form.ts';
import { errorWords, filledWords } from './task-words.ts';

/** What is laid over the form. */
export type Over =
  | { readonly kind: 'type'; readonly field: ScanField }
  | { readonly kind: 'quantity' }
  | { readonly kind: 'lot' }
  | { readonly kind: 'choose'; readonly items: readonly Item[]; readonly meaning: CodeMeaning }
  | {
      readonly kind: 'doubts';
      readonly doubts: readonly ScanDoubt[];
      readonly scan: ScanInput;
      readonly answer: (isSure: boolean) => void;
    }
  | { readonly kind: 'storage-full' };

export type Task = {
  readonly context: TaskContext;
  readonly draft: Signal<Draft>;
  readonly wrong: Signal<readonly ScanError[]>;
  readonly over: Signal<Over | undefined>;
  /** Of item and location, where a task looks at it. */
  readonly stock: Signal<KnownStock | 'loading' | undefined>;
  /** A code was typed for a field. */
  typed(field: ScanField, code: string): Promise<void>;
  /** One of several items that have a code. */
  chose(item: Item, meaning: CodeMeaning): void;
  change(changes: Partial<Draft>): void;
  reset(draft: Draft): void;
  /**
   * Checks and stores the draft, with what a screen knows besides; asks first where something is in doubt. False: it was not
   * stored, and that was said.
   */
  save(more?: Partial<ScanInput>): Promise<boolean>;
  /** Fulfilled when it is drawn that the draft is stored, and the form may change; nothing is taken and stored meanwhile. */
  shown(): Promise<void>;
};

export type TaskOptions = {
  /** The screen, as it is to be opened again where the app ends before the draft is saved. */
  readonly screen: FormScreen;
  /** Codes are for nothing now. */
  readonly isPaused?: boolean;
  /** Whether it matters what is known of the position. */
  readonly looksAtStock?: boolean;
  readonly onFilled?: (field: ScanField, draft: Draft) => void;
};

/** The form of a task, to which scans go while it is shown; what is not saved yet is kept on the device. */
export function useTask(context: TaskContext, options: TaskOptions): Task {
  const reopened = reopenedForm(options.screen.kind);
  const draft = useSignal<Draft>(reopened?.draft ?? {});
  // One for what becomes one scan: a form that was saved when the app ended is told by it from one that was not.
  const transactionId = useRef(reopened?.transactionId ?? crypto.randomUUID());
  const wrong = useSignal<readonly ScanError[]>([]);
  const over = useSignal<Over | undefined>(undefined);
  // Not shown: it takes milliseconds, and drawing it would hold up what comes of it.
  const isSaving = useRef(false);
  const stock = useStock(context, draft, options.looksAtStock === true);
  useKeptForm(transactionId, context, options.screen, draft.value);

  function fill(next: Draft): void {
    draft.value = next;
    wrong.value = [];
    over.value = undefined;
  }

  function place(meaning: CodeMeaning, into?: ScanField, isOneOfMany = false): ScanResult {
    const placed = placeCode(context, draft.value, meaning, into);
    switch (placed.kind) {
      case 'refused':
        if (!isOneOfMany) refused(text.value.refused[placed.why](meaning.code));
        return 'refused';
      case 'choose':
        over.value = { kind: 'choose', items: placed.items, meaning };
        return 'taken';
      case 'again':
        fill(placed.draft);
        if (!isOneOfMany) accepted(filledWords('itemId', placed.draft));
        return 'taken';
      case 'taken':
        fill(placed.draft);
        if (!isOneOfMany) accepted(filledWords(placed.field, placed.draft));
        options.onFilled?.(placed.field, placed.draft);
        return 'taken';
    }
  }

  useScanTarget((meaning, isOneOfMany) => {
    if (!options.isPaused && !isSaving.current) return place(meaning, undefined, isOneOfMany);
    if (!isOneOfMany) refused(text.value.refused['not-expected'](meaning.code));
    return 'refused';
  });

  async function submit(scan: ScanInput, isSure: boolean): Promise<boolean> {
    const answer = await submitScan(transactionId.current, scan, isSure);
    if (answer?.kind === 'stored') return true;
    // Nobody knows of a failure whether it was stored before: what is put right is another scan.
    if (answer === undefined) transactionId.current = crypto.randomUUID();
    if (answer?.kind === 'storage-full') {
      over.value = { kind: 'storage-full' };
      refused(text.value.storageFull.title);
    } else if (answer?.kind === 'not-stored') {
      wrong.value = answer.errors;
      const [first] = answer.errors;
      if (first) refused(errorWords(first));
      else if (await isSureOf(answer.doubts, scan)) return submit(scan, true);
    }
    return false;
  }

  /** Waits for the person; a scan meanwhile means no. */
  function isSureOf(doubts: readonly ScanDoubt[], scan: ScanInput): Promise<boolean> {
    return new Promise((answered) => {
      over.value = {
        kind: 'doubts',
        doubts,
        scan,
        answer(isSure) {
          over.value = isSure || !doubts.some(isAboutQuantity) ? undefined : { kind: 'quantity' };
          answered(isSure);
        },
      };
    });
  }

  return {
    context,
    draft,
    wrong,
    over,
    stock,
    async typed(field, code) {
      over.value = undefined;
      const meaning = await ask((device) => device.read(code));
      if (meaning) place(meaning, field);
    },
    chose(item, meaning) {
      const next = withItem(context, draft.value, item, meaning);
      fill(next);
      accepted(filledWords('itemId', next));
      options.onFilled?.('itemId', next);
    },
    change(changes) {
      clearFlash();
      fill({ ...draft.value, ...changes });
    },
    reset(next) {
      transactionId.current = crypto.randomUUID();
      fill(next);
    },
    async save(more) {
      if (isSaving.current) return false;
      isSaving.current = true;
      try {
        return await submit({ ...scanOf(context, draft.value), ...more }, false);
      } finally {
        isSaving.current = false;
      }
    },
    async shown() {
      isSaving.current = true;
      await drawn();
      isSaving.current = false;
    },
  };
}

function isAboutQuantity({ kind }: ScanDoubt): boolean {
  return kind !== 'expired';
}

/** What is known of the stock at the draft's position, once it is. */
export function knownOf({ stock }: Task): KnownStock | undefined {
  return stock.value === 'loading' ? undefined : stock.value;
}

const NOTHING_KNOWN: KnownStock = { positions: [], isLive: false };

/** What is known of the draft's item at its location; decides the lot where there is only one. */
function useStock({ warehouseId }: TaskContext, draft: Signal<Draft>, isWanted: boolean): Task['stock'] {
  const stock = useSignal<KnownStock | 'loading' | undefined>(undefined);
  const { item, locationId, lotNumber } = draft.value;
  const itemId = item?.itemId;
  useEffect(() => {
    stock.value = undefined;
    if (!isWanted || itemId === undefined || locationId === undefined) return;
    let isCurrent = true;
    stock.value = 'loading';
    void ask((device) => device.stock({ itemId, warehouseId, locationId })).then((known) => {
      if (isCurrent) stock.value = known ?? NOTHING_KNOWN;
    });
    return () => {
      isCurrent = false;
    };
  }, [isWanted, itemId, locationId, warehouseId]);
  // Of the item entered again, as of one that is new, the lot is not decided.
  const known = stock.value;
  useEffect(() => {
    if (known === undefined || known === 'loading' || known !== stock.value) return;
    const [only = null, ...others] = lotsOf(known);
    if (draft.value.lotNumber === undefined && others.length === 0)
      draft.value = { ...draft.value, lotNumber: only, isOnlyLot: true };
  }, [known, lotNumber]);
  return stock;
}
