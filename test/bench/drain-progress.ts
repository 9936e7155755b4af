/** A moment of a drain: `at` in milliseconds, `sent` of all messages, and the process's highest memory until then, in bytes. */
export type DrainSample = { readonly at: number; readonly sent: number; readonly peak: number };

/**
 * Messages a second in each tenth of a drain, the first from the last sample with nothing sent. Between two samples the
 * messages are taken to have left evenly.
 *
 * @param samples in the order of time; the first with nothing sent, the last with all of them
 */
export function ratesOfTenths(samples: readonly DrainSample[]): number[] {
  const total = samples.at(-1)?.sent ?? 0;
  const times = Array.from({ length: 11 }, (_, tenth) => timeOf(samples, (total * tenth) / 10));
  return times.slice(1).map((end, index) => (total * 100) / (end - (times[index] ?? end)));
}

/** The highest memory until this share (0 to 1) of the messages had left, in bytes. */
export function peakAt(samples: readonly DrainSample[], share: number): number {
  const total = samples.at(-1)?.sent ?? 0;
  return samples.find(({ sent }) => sent >= share * total)?.peak ?? 0;
}

/** When so many had been sent, in milliseconds. */
function timeOf(samples: readonly DrainSample[], sent: number): number {
  const before = samples.findLast((sample) => sample.sent <= sent);
  const after = samples.find((sample) => sample.sent > sent);
  if (before === undefined) throw new RangeError('the first sample of a drain has nothing sent');
  // Of the samples that show the very figure, a start is the last one, any other moment the first.
  if (before.sent === sent)
    return sent === 0 ? before.at : (samples.find((sample) => sample.sent === sent)?.at ?? before.at);
  if (after === undefined) throw new RangeError('the last sample of a drain has all sent');
  return before.at + ((after.at - before.at) * (sent - before.sent)) / (after.sent - before.sent);
}
