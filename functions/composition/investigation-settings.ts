import type { InvestigationDeadlines } from '../../shared/domain/investigation-schedule.ts';
import { type Environment, SettingError } from '../../shared/settings.ts';
import type { WebhookAddress } from '../../shared/webhook/investigation-webhook.ts';

export type InvestigationSettings = {
  readonly deadlines: InvestigationDeadlines;
  readonly webhook: WebhookAddress | undefined;
};

const MS_PER_HOUR = 3600_000;
const MAX_HOURS = 24 * 366;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * When investigations are reminded of and escalated, and who is told of them besides the topic.
 *
 * @throws {SettingError}
 */
export function readInvestigationSettings(environment: Environment): InvestigationSettings {
  return {
    deadlines: {
      remindAfterMs: readHours(environment, 'STOCKBRIDGE_INVESTIGATION_REMIND_HOURS', 24),
      escalateAfterMs: readHours(environment, 'STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS', 72),
    },
    webhook: readWebhook(environment),
  };
}

/** 0 means never. */
function readHours(environment: Environment, name: string, hoursUnlessTold: number): number | null {
  const text = environment[name]?.trim() || String(hoursUnlessTold);
  const hours = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || hours > MAX_HOURS)
    throw new SettingError(
      `${name} is "${text}": set it to hours from 0 (never) to ${MAX_HOURS}, such as ${hoursUnlessTold}.`,
    );
  return hours === 0 ? null : hours * MS_PER_HOUR;
}

function readWebhook(environment: Environment): WebhookAddress | undefined {
  const text = environment.STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL?.trim();
  const secret = environment.STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET || undefined;
  if (!text) {
    if (secret === undefined) return undefined;
    throw new SettingError(
      'STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET is set without STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: set that too, or neither.',
    );
  }
  const url = URL.parse(text);
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  // What the address holds may be secret, so it is not said back.
  if (!url || !isAllowed || url.username !== '' || url.password !== '')
    throw new SettingError(
      'STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL is no address that is taken: set it to one that begins with https:// (http:// on loopback only), without a user or password in it.',
    );
  return { url, secret };
}
