import { describe, expect, test } from 'vitest';
import { someCorrection } from '../../test/doubles/fixtures.ts';
import { correctionFromRow, JournalRowError, toRow } from './journal-row.ts';

describe('the row of a correction', () => {
  const correction = someCorrection({ voided: [{ eventId: 'evt-1', version: 6 }] });
  const row = toRow({ kind: 'correction', correction });

  test('holds the correction', () => {
    expect(correctionFromRow(row)).toEqual(correction);
  });

  test.each([
    ['a figure that is none', { row: '{"onHand":0.5,"version":1,"changedAt":null}' }],
    ['a text that is no JSON', { row: '{' }],
    ['no class of a discrepancy', { class: 'odd' }],
    ['a list of voided events that was cut', { voided: '[{"eventId":' }],
    ['a key of something else', { partitionKey: 'WH-001' }],
    ['a key with a part too many', { rowKey: `${row.rowKey}|x` }],
    ['a time that is none', { rowKey: 'ITEM-12345|A-01||noon|run' }],
  ])('with %s is refused, and named', (_name, changes) => {
    const changed = { ...row, ...changes };
    expect(() => correctionFromRow(changed)).toThrow(JournalRowError);
    expect(() => correctionFromRow(changed)).toThrow(`${changed.partitionKey} / ${changed.rowKey}`);
  });
});
