import type { IRawProperty, Parameters } from 'fast-check';
import { vi } from 'vitest';

/** Properties draw so many times as often as their tests say. */
const times = Number(process.env.STOCKBRIDGE_PROPERTY_RUNS ?? 1);

vi.mock('fast-check', async (importOriginal) => {
  const real = await importOriginal<typeof import('fast-check')>();
  // What fails in CI is due to the change it looks at, not to what was drawn.
  if (process.env.CI) real.configureGlobal({ seed: 1 });
  const assert = (property: IRawProperty<unknown>, parameters: Parameters<unknown> = {}) =>
    real.assert(property, { ...parameters, numRuns: times * (parameters.numRuns ?? 100) });
  return { ...real, assert, default: { ...real.default, assert } };
});
