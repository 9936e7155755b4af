import type { InvestigationDeadlines } from '../../shared/domain/investigation-schedule.ts';
import { functionsAppSettings } from '../../shared/settings/functions-app.ts';
import { parseSettings } from '../../shared/settings/setting.ts';
import { type Environment, SettingError } from '../../shared/settings.ts';
import type { WebhookAddress } from '../../shared/webhook/investigation-webhook.ts';

export type InvestigationSettings = {
  readonly deadlines: InvestigationDeadlines;
  readonly webhook: WebhookAddress | undefined;
};

const MS_PER_HOUR = 3600_000;

const settings = functionsAppSettings.pick({
  STOCKBRIDGE_INVESTIGATION_REMIND_HOURS: true,
  STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS: true,
  STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: true,
  STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET: true,
});

/**
 * When investigations are reminded of and escalated, and who is told of them besides the topic.
 *
 * @throws {SettingError}
 */
export function readInvestigationSettings(environment: Environment): InvestigationSettings {
  const {
    STOCKBRIDGE_INVESTIGATION_REMIND_HOURS: remind,
    STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS: escalate,
    STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: url,
    STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET: secret,
  } = parseSettings(environment, settings);
  if (url === undefined && secret !== undefined)
    throw new SettingError(
      'STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET is set without STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: set that too, or neither.',
    );
  return {
    deadlines: { remindAfterMs: afterHours(remind), escalateAfterMs: afterHours(escalate) },
    webhook: url && { url, secret },
  };
}

/** 0 means never. */
function afterHours(hours: number): number | null {
  return hours === 0 ? null : hours * MS_PER_HOUR;
}
