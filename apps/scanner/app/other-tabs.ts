import { effect } from '@preact/signals';
import type { ScanInput } from '../core/scan.ts';
import type { SubmitAnswer } from '../core/scanner-device.ts';
import { ask, deviceState } from './state.ts';

/** A scan as a page submits it: under its id it is stored once, however often it is submitted. */
export type Submission = {
  readonly transactionId: string;
  readonly scan: ScanInput;
  readonly isSure: boolean;
};

/** What the tabs of the app tell each other. */
type Message =
  | ({ readonly kind: 'submit' } & Submission)
  | { readonly kind: 'answered'; readonly transactionId: string; readonly answer: SubmitAnswer }
  /** The device is open in that tab now. */
  | { readonly kind: 'open' };

const CHANNEL = 'stockbridge-scanner-tabs';

/** Has the tab that has the device store a scan, as soon as there is one. Given up when `signal` is aborted. */
export function submitElsewhere(submission: Submission, signal: AbortSignal): Promise<SubmitAnswer> {
  return new Promise((resolve) => {
    const channel = openChannel((message) => {
      if (message.kind === 'open') channel.tell({ kind: 'submit', ...submission });
      if (message.kind === 'answered' && message.transactionId === submission.transactionId)
        resolve(message.answer);
    });
    channel.tell({ kind: 'submit', ...submission });
    signal.addEventListener('abort', channel.close);
  });
}

/**
 * Stores scans of other tabs while this one has the device.
 * @param tell what came of one: whoever made it works here now
 * @returns ends it
 */
export function submitForOtherTabs(tell: (answer: SubmitAnswer) => void): () => void {
  const channel = openChannel((message) => {
    if (message.kind === 'submit') void submit(message);
  });

  async function submit({ transactionId, scan, isSure }: Submission): Promise<void> {
    const answer = await ask((device) => device.submit(transactionId, scan, isSure));
    if (answer === undefined) return;
    channel.tell({ kind: 'answered', transactionId, answer });
    tell(answer);
  }

  const stop = effect(() => {
    if (deviceState.value.kind === 'running') channel.tell({ kind: 'open' });
  });
  return () => {
    stop();
    channel.close();
  };
}

function openChannel(hear: (message: Message) => void) {
  const channel = new BroadcastChannel(CHANNEL);
  // Nothing but this app posts to a channel of its origin.
  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
  return {
    tell: (message: Message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}
