import { createHmac } from 'node:crypto';
import type { InvestigationWebhook, WebhookOutcome } from '../ports/investigation-notices.ts';

/** Where to send, and the secret that both sides know; without one nothing is signed. */
export type WebhookAddress = { readonly url: URL; readonly secret?: string | undefined };

/** Header with `sha256=` and the HMAC-SHA256 of the body's bytes by the secret, in hex. */
const SIGNATURE_HEADER = 'X-Stockbridge-Signature';

/** Milliseconds. */
const TIME_OUT_MS = 10_000;

/**
 * Posts each notice as JSON, with its id in header `X-Stockbridge-Delivery`. 2xx: taken. 408, 429 and 5xx, no answer in
 * 10 s, or none at all: unavailable. Whatever else, a redirect too: refused.
 */
export function investigationWebhook(
  { url, secret }: WebhookAddress,
  timeOutMs: number = TIME_OUT_MS,
): InvestigationWebhook {
  return {
    send: async (notice) => {
      const body = JSON.stringify(notice);
      try {
        const response = await fetch(url, {
          method: 'POST',
          // A redirect could lead to where the address was not meant to.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeOutMs),
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Stockbridge',
            'X-Stockbridge-Delivery': notice.noticeId,
            ...(secret !== undefined && { [SIGNATURE_HEADER]: signatureOf(body, secret) }),
          },
          body,
        });
        await response.body?.cancel();
        return outcomeOf(response.status);
      } catch (error) {
        return { status: 'unavailable', detail: `did not answer (${reasonOf(error)})` };
      }
    },
  };
}

/** What header `X-Stockbridge-Signature` holds for a body; whoever receives it computes it again, and compares. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;
}

function outcomeOf(status: number): WebhookOutcome {
  if (status >= 200 && status < 300) return { status: 'taken' };
  const detail = `answered ${status}`;
  const comesBack = status >= 500 || status === 408 || status === 429;
  return { status: comesBack ? 'unavailable' : 'refused', detail };
}

/** `fetch` says why only in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
