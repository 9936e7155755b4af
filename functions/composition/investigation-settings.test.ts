import { describe, expect, test } from 'vitest';
import { SettingError } from '../../shared/settings.ts';
import { readInvestigationSettings } from './investigation-settings.ts';

const REMIND = 'STOCKBRIDGE_INVESTIGATION_REMIND_HOURS';
const ESCALATE = 'STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS';
const WEBHOOK = 'STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL';
const SECRET = 'STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET';

describe('The settings of investigations', () => {
  test('are a reminder after a day, an escalation after three, and no webhook', () => {
    expect(readInvestigationSettings({})).toEqual({
      deadlines: { remindAfterMs: 86_400_000, escalateAfterMs: 259_200_000 },
      webhook: undefined,
    });
  });

  test('may be parts of an hour, or never', () => {
    expect(readInvestigationSettings({ [REMIND]: '0.5', [ESCALATE]: '0' }).deadlines).toEqual({
      ...{ remindAfterMs: 1_800_000, escalateAfterMs: null },
    });
  });

  test.each([
    'https://alerts.example.com/hook',
    'http://127.0.0.1:8080/x',
    'http://localhost/',
    'http://[::1]:9/',
  ])('take %s for a webhook', (url) => {
    const { webhook } = readInvestigationSettings({ [WEBHOOK]: url, [SECRET]: 'geheim' });
    expect(webhook).toEqual({ url: new URL(url), secret: 'geheim' });
  });

  test.each([
    [{ [REMIND]: 'soon' }, `${REMIND} is "soon"`],
    [{ [REMIND]: '-1' }, `${REMIND} is "-1"`],
    [{ [ESCALATE]: '1e9' }, `${ESCALATE} is "1e9"`],
    [{ [ESCALATE]: '99999' }, `${ESCALATE} is "99999"`],
    [{ [WEBHOOK]: 'http://alerts.example.com/' }, `${WEBHOOK} is no address`],
    [{ [WEBHOOK]: 'ftp://127.0.0.1/' }, `${WEBHOOK} is no address`],
    [{ [WEBHOOK]: 'alerts' }, `${WEBHOOK} is no address`],
    [{ [WEBHOOK]: 'https://ann:geheim@example.com/' }, `${WEBHOOK} is no address`],
    [{ [SECRET]: 'geheim' }, `${SECRET} is set without ${WEBHOOK}`],
  ])('%j stop the start with one line that says what to set', (environment, line) => {
    const read = () => readInvestigationSettings(environment);
    expect(read).toThrow(SettingError);
    expect(read).toThrow(line);
    expect(read).not.toThrow(/geheim|\n/);
  });
});
