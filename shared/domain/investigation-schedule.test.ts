import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { close, escalate, explain, openInvestigation, remind } from './investigation.ts';
import { nextDeadline, nextLook } from './investigation-schedule.ts';

const HOUR = 3600_000;
const START = Date.UTC(2024, 10, 18, 10);
const at = (ms: number) => new Date(START + ms).toISOString();
const DEADLINES = { remindAfterMs: 24 * HOUR, escalateAfterMs: 72 * HOUR };
const opened = openInvestigation({ warehouseId: 'WH-001', itemId: 'ITEM-1', number: 1 }, [], at(0));
const closed = close(
  explain(opened, { by: 'a', cause: 'other', text: 'x' }, at(0)).investigation,
  { by: 'a' },
  at(0),
).investigation;

describe('An investigation that nobody moves on', () => {
  test('is reminded of every day, escalated on the third, and then left alone', () => {
    const happened: string[] = [];
    let investigation = opened;
    for (;;) {
      const deadline = nextDeadline(investigation, DEADLINES);
      if (!deadline) break;
      happened.push(`${deadline.action} ${(deadline.at - START) / HOUR}`);
      const meet = deadline.action === 'remind' ? remind : escalate;
      investigation = meet(investigation, new Date(deadline.at).toISOString()).investigation;
    }
    expect(happened).toEqual(['remind 24', 'remind 48', 'escalate 72']);
  });

  test('begins anew when somebody does', () => {
    const escalated = escalate(remind(opened, at(24 * HOUR)).investigation, at(72 * HOUR)).investigation;
    const moved = { ...escalated, changedAt: at(80 * HOUR) };
    expect(nextDeadline(moved, DEADLINES)).toEqual({ action: 'remind', at: START + 104 * HOUR });
  });

  test('is never reminded of, or escalated, where the settings say so', () => {
    expect(nextDeadline(opened, { remindAfterMs: null, escalateAfterMs: null })).toBeUndefined();
    expect(nextDeadline(opened, { ...DEADLINES, remindAfterMs: null })?.action).toBe('escalate');
    expect(nextDeadline(closed, DEADLINES)).toBeUndefined();
  });
});

describe('The next look', () => {
  test('comes within the hour while it is open, and never in the past', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 * HOUR }), (passed) => {
        const now = START + passed;
        const next = nextLook(opened, DEADLINES, undefined, now) ?? 0;
        expect(next).toBeGreaterThan(now);
        expect(next).toBeLessThanOrEqual(now + HOUR);
      }),
    );
  });

  test.each([
    [0, 15],
    [60, 15],
    [120, 30],
    [3_600, 120],
  ])('for a recount that was asked %i seconds ago comes after %i', (waited, expected) => {
    const recount = { askedAt: at(0), askedBy: 'bob', positions: [] };
    const now = START + waited * 1_000;
    const next = nextLook({ ...opened, status: 'recount-asked', recount }, DEADLINES, undefined, now) ?? 0;
    expect((next - now) / 1_000).toBe(expected);
  });

  test.each([
    [0, 15],
    [60, 30],
    [86_400, 600],
  ])(
    'for a step that the webhook has not taken for %i seconds comes after %i, closed or not',
    (waited, expected) => {
      const now = START + waited * 1_000;
      for (const investigation of [opened, closed]) {
        const next = nextLook(investigation, { remindAfterMs: null, escalateAfterMs: null }, START, now) ?? 0;
        expect((next - now) / 1_000).toBe(expected);
      }
    },
  );

  test('is none when it is closed and everybody was told', () => {
    expect(nextLook(closed, DEADLINES, undefined, START)).toBeUndefined();
  });
});
