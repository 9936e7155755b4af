import type { InvestigationNotice } from '../contracts/investigation.ts';

/** Topic `investigations`. @throws {StoreUnavailable} */
export type InvestigationNotices = {
  /** In order, each as often as it is given. */
  publish(notices: readonly InvestigationNotice[]): Promise<void>;
};

/** `refused`: it said no, and asking again cannot help. `unavailable`: it did not answer, or asked to wait. */
export type WebhookOutcome =
  | { readonly status: 'taken' }
  | { readonly status: 'refused' | 'unavailable'; readonly detail: string };

/** Somebody else's HTTP endpoint that is told of every step. Does not throw. */
export type InvestigationWebhook = {
  send(notice: InvestigationNotice): Promise<WebhookOutcome>;
};
