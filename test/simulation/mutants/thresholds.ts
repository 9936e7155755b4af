import type { Mutant } from './mutant.ts';

/** Defects in what is told of thresholds. */
export const THRESHOLD_MUTANTS = {
  'threshold-told-once': {
    text: 'of a threshold only the first crossing is told',
    mutations: {
      atpChanges: (changes) => {
        const told = new Set<string>();
        return {
          publish: async (crossings) => {
            const fresh = crossings.filter(({ itemId, threshold }) => !told.has(`${itemId}|${threshold}`));
            await changes.publish(fresh);
            for (const { itemId, threshold } of fresh) told.add(`${itemId}|${threshold}`);
          },
        };
      },
    },
  },
  'untold-counts-as-told': {
    text: 'a crossing that the bus did not take counts as told',
    scans: 1000,
    mutations: {
      atpChanges: (changes) => ({
        publish: (crossings) => changes.publish(crossings).catch(() => undefined),
      }),
    },
  },
} satisfies Record<string, Mutant>;
