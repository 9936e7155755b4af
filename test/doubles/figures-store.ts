import type { FiguresEntry, FiguresStore } from '../../shared/ports/figures-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';

export type InMemoryFigures = FiguresStore & { away: boolean };

/** Figures in memory. */
export function inMemoryFigures(): InMemoryFigures {
  const entries = new Map<string, FiguresEntry>();
  const sorted = () => [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const ask = () => {
    if (store.away) throw new StoreUnavailable('The figures are away.');
  };
  const store: InMemoryFigures = {
    away: false,
    async put(entry) {
      ask();
      entries.set(`${entry.at}|${entry.instance}`, structuredClone(entry));
    },
    async since(at) {
      ask();
      return sorted().filter((entry) => entry.at >= at);
    },
    async removeBefore(day) {
      ask();
      for (const [name, { at }] of entries) if (at.slice(0, 10) < day) entries.delete(name);
    },
  };
  return store;
}
