import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFault, FAULT_KINDS, FAULTS, planFaults } from './plan.ts';

const options = { seed: '1', faults: 60, minutes: 30, kinds: FAULT_KINDS };

describe('The plan of a campaign', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planFaults(options)).toEqual(planFaults(options));
    expect(planFaults({ ...options, seed: '2' })).not.toEqual(planFaults(options));
  });

  test('has every kind as often as any other, on every target', () => {
    const plan = planFaults({ ...options, faults: 10 * FAULT_KINDS.length });
    for (const kind of FAULT_KINDS) {
      const ofKind = plan.filter((fault) => fault.kind === kind);
      expect(ofKind).toHaveLength(10);
      expect(new Set(ofKind.map(({ target }) => target))).toEqual(new Set(FAULTS[kind].targets));
    }
  });

  test('begins with one of each kind', () => {
    const plan = planFaults({ ...options, faults: FAULT_KINDS.length });
    expect(plan.map(({ kind }) => kind).sort()).toEqual([...FAULT_KINDS].sort());
  });

  test('fits into its time, one fault after the other, however short it is', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.string(),
          faults: fc.integer({ min: 1, max: 200 }),
          minutes: fc.double({ min: 0.1, max: 120, noNaN: true }),
          kinds: fc.subarray([...FAULT_KINDS], { minLength: 1 }),
        }),
        (some) => {
          const plan = planFaults(some);
          expect(plan).toHaveLength(some.faults);
          const times = plan.map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          const slot = (some.minutes * 60_000) / some.faults;
          for (const { kind, at, duration } of plan) {
            expect(some.kinds).toContain(kind);
            expect(at).toBeLessThan(some.minutes * 60_000);
            expect(duration).toBeGreaterThanOrEqual(0);
            expect(duration).toBeLessThanOrEqual(Math.min(FAULTS[kind].most, Math.ceil((slot * 4) / 3)));
          }
        },
      ),
    );
  });

  test('never moves the clock of the WMS ahead by more than the cloud takes it at its word', () => {
    const clocks = planFaults({ ...options, faults: 200, kinds: ['clock'] });
    const ahead = clocks.map((fault) =>
      fault.kind === 'clock' && fault.target === 'wms-adapter' ? fault.jump : 0,
    );
    expect(Math.max(...ahead)).toBe(4 * 60_000);
    expect(Math.min(...ahead)).toBe(-120 * 60_000);
  });

  test('says of each fault what it is about', () => {
    const plan = planFaults({ ...options, faults: 70 });
    for (const fault of plan) expect(describeFault(fault)).toContain(fault.target);
  });
});
