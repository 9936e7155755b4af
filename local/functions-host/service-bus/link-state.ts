import { describeError, type HostLog } from '../log.ts';

/** Tells in plain lines, at changes only, whether messages are being received. */
export interface LinkState {
  /** The link stands. */
  established(): void;
  /** Receiving failed; it is tried again until it works. */
  failed(error: unknown): void;
}

/** @param source what is received from, for the log. */
export function watchLink(log: HostLog, subject: string, source: string): LinkState {
  let trouble: string | undefined;
  let wasEstablished = false;
  return {
    established() {
      if (trouble !== undefined || wasEstablished)
        log.write('information', subject, `receiving from ${source} again`);
      else log.write('debug', subject, `receiving from ${source}`);
      trouble = undefined;
      wasEstablished = true;
    },
    failed(error) {
      const text = describeError(error);
      if (text === trouble) return;
      trouble = text;
      log.write('warning', subject, `cannot receive from ${source}: ${text}; trying again until it works`);
    },
  };
}
