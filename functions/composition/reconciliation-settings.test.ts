import { describe, expect, test } from 'vitest';
import { SettingError } from '../../shared/settings.ts';
import { readReconciliationSettings } from './reconciliation-settings.ts';

const GRACE = 'STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS';

describe('The settings of the reconciliation', () => {
  test.each([
    [undefined, 30_000],
    [' ', 30_000],
    ['1', 1_000],
    ['2.5', 2_500],
    ['600', 600_000],
  ])('take %j for the grace time', (text, graceMs) => {
    expect(readReconciliationSettings({ [GRACE]: text })).toEqual({ graceMs });
  });

  test.each(['soon', '0', '-1', '601', 'Infinity'])('refuse %j, and say what to set', (text) => {
    expect(() => readReconciliationSettings({ [GRACE]: text })).toThrow(
      new SettingError(`${GRACE} is "${text}": set it to seconds from 1 to 600.`),
    );
  });
});
