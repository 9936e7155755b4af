import { type Figures, LATENCY_BOUNDS, SLOT_MS, type SlotFigures } from '../contracts/figures.ts';
import { addHistograms, percentile } from '../domain/latency-histogram.ts';
import type { FiguresStore } from '../ports/figures-store.ts';
import { emptyFigures } from './figures-recorder.ts';

/** What all processes together did in the last minutes, slot by slot. @throws {StoreUnavailable} */
export async function readFigures(
  store: Pick<FiguresStore, 'since'>,
  minutes: number,
  now: number,
): Promise<Figures> {
  const begin = now - minutes * 60_000;
  const from = new Date(begin - (begin % SLOT_MS)).toISOString();
  const slots = new Map<string, SlotFigures>();
  for (const { at, figures } of await store.since(from)) {
    slots.set(at, sum(slots.get(at) ?? emptyFigures(), figures));
  }
  return {
    ...{ from, slotMs: SLOT_MS, bounds: [...LATENCY_BOUNDS] },
    slots: [...slots].map(([at, figures]) => ({ at, ...withLatencies(figures) })),
    total: withLatencies([...slots.values()].reduce(sum, emptyFigures())),
  };
}

function sum(a: SlotFigures, b: SlotFigures): SlotFigures {
  return {
    events: a.events + b.events,
    committed: addHistograms(a.committed, b.committed),
    scanned: addHistograms(a.scanned, b.scanned),
    offline: a.offline + b.offline,
    parked: a.parked + b.parked,
  };
}

function withLatencies(figures: SlotFigures) {
  const latency = (histogram: readonly number[]) => ({
    p50: percentile(histogram, 0.5),
    p99: percentile(histogram, 0.99),
  });
  return {
    ...figures,
    scannedLatency: latency(figures.scanned),
    committedLatency: latency(figures.committed),
  };
}
