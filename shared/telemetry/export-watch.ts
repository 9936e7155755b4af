import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

/** Sends what was recorded of one signal, and says what became of it. */
type Exporter<Items> = { export(items: Items, done: (result: ExportResult) => void): void };

/** Whatever the signals of one destination are sent by. */
export type Destination = {
  /** Names it for people, without a secret. */
  readonly at: string;
  readonly traces: Exporter<unknown[]>;
  readonly logs: Exporter<unknown[]>;
  readonly metrics: Exporter<never>;
};

/**
 * Tells when a destination takes no more of what is exported, and when it takes it again: a line each, however many exports
 * fail in between. Metrics are sums, which the next export brings; spans and log records are lost, and so is what found their
 * queues full, which the SDK does not say.
 */
export function watchExports({ at, traces, logs, metrics }: Destination, tell: (line: string) => void): void {
  /** What fails; it is over when one of them succeeds. */
  const failing = new Set<keyof Destination>();
  let lost = { spans: 0, records: 0 };
  /** How often it was over: a failure of an export that began before that is old. */
  let recoveries = 0;

  function watch<Items>(signal: keyof Destination, exporter: Exporter<Items>, lose: (items: Items) => void) {
    const send = exporter.export.bind(exporter);
    exporter.export = (items, done) => {
      const begun = recoveries;
      send(items, (result) => {
        if (result.code === ExportResultCode.SUCCESS) recovered(signal);
        else if (begun === recoveries) failed(signal, result.error, () => lose(items));
        done(result);
      });
    };
  }

  function failed(signal: keyof Destination, error: Error | undefined, lose: () => void): void {
    if (failing.size === 0)
      tell(
        `Telemetry: ${at} does not take it (${reasonOf(error)}); it is lost until a line says that it does`,
      );
    failing.add(signal);
    lose();
  }

  function recovered(signal: keyof Destination): void {
    if (!failing.has(signal)) return;
    tell(`Telemetry: ${at} takes it again; ${lostText(lost)}`);
    failing.clear();
    lost = { spans: 0, records: 0 };
    recoveries += 1;
  }

  watch('traces', traces, ({ length }) => {
    lost.spans += length;
  });
  watch('logs', logs, ({ length }) => {
    lost.records += length;
  });
  watch('metrics', metrics, () => {});
}

/** In one line. What a connection to several addresses fails by has a code and no message. */
function reasonOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? String(error.code) : '';
  const [message = ''] = error?.message.split('\n', 1) ?? [];
  return message.includes(code) && message !== ''
    ? message
    : `${message} ${code}`.trim() || 'no reason given';
}

function lostText({ spans, records }: { spans: number; records: number }): string {
  const counts = [spans > 0 && many(spans, 'span'), records > 0 && many(records, 'log record')].filter(
    Boolean,
  );
  return counts.length === 0 ? 'nothing is known to be lost' : `at least ${counts.join(' and ')} lost`;
}

function many(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
