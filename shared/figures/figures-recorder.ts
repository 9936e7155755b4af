import { SLOT_MS, type SlotFigures } from '../contracts/figures.ts';
import { bucketOf, emptyHistogram } from '../domain/latency-histogram.ts';
import type { FiguresStore } from '../ports/figures-store.ts';
import { unlessAway } from '../ports/stock-store.ts';
import type { EventTimes } from '../projection/document-work.ts';

/** When it happened, and was visible: `visibleAt`, milliseconds since 1970 UTC. */
type Visible = EventTimes & { readonly visibleAt: number };

export type FiguresRecorder = {
  /** Counts what a batch came to; it is stored when the slot is over. */
  record(batch: { readonly visible: readonly Visible[]; readonly parked: number }): void;
  /** Stores what has been counted so far. Says nothing of a store that is away: figures are worth no retry. */
  flush(): Promise<void>;
};

/** A scan that the WMS booked later than this after it was made waited on the scanner. Milliseconds. */
export const ONLINE_WITHIN = 30_000;

/** Counts what one process does, slot by slot. */
export function figuresRecorder(
  store: Pick<FiguresStore, 'put'>,
  instance: string,
  now: () => number,
): FiguresRecorder {
  let slot = slotOf(now());
  let figures = emptyFigures();
  let changed = false;
  /** Of one slot the later writing is the whole: it must not be overtaken by an earlier one. */
  let written = Promise.resolve();

  function flush(): Promise<void> {
    if (!changed) return written;
    changed = false;
    const entry = { at: new Date(slot).toISOString(), instance, figures: structuredClone(figures) };
    written = written.then(() => store.put(entry)).catch(unlessAway);
    return written;
  }

  return {
    flush,
    record({ visible, parked }) {
      if (visible.length === 0 && parked === 0) return;
      const at = now();
      if (slotOf(at) !== slot) {
        // Nobody waits for it: the messages of this batch are not to be held up by figures.
        void flush();
        slot = slotOf(at);
        figures = emptyFigures();
      }
      for (const event of visible) count(figures, event);
      figures.parked += parked;
      changed = true;
    },
  };
}

export function emptyFigures(): SlotFigures {
  return { events: 0, committed: emptyHistogram(), scanned: emptyHistogram(), offline: 0, parked: 0 };
}

function count(figures: SlotFigures, { committedAt, scannedAt, visibleAt }: Visible): void {
  const committed = Date.parse(committedAt);
  figures.events += 1;
  addTo(figures.committed, visibleAt - committed);
  if (scannedAt === undefined) return;
  const scanned = Date.parse(scannedAt);
  if (committed - scanned > ONLINE_WITHIN) figures.offline += 1;
  else addTo(figures.scanned, visibleAt - scanned);
}

function addTo(histogram: number[], milliseconds: number): void {
  const bucket = bucketOf(milliseconds);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

function slotOf(now: number): number {
  return now - (now % SLOT_MS);
}
