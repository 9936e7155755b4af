import type { AllocationCounts } from '../../../shared/contracts/allocation-counts.ts';
import type { BacklogAnswer } from '../../../shared/contracts/backlog.ts';
import type { Figures } from '../../../shared/contracts/figures.ts';
import type { Health } from '../../../shared/contracts/health.ts';
import type { Accuracy, Runs } from '../../../shared/contracts/reconciliation.ts';
import type { Known } from '../known.ts';
import type { AdapterHealth } from '../operations-api.ts';
import { count, percent, tableLines } from '../table.ts';

type Quarantine = {
  readonly messages: number;
  readonly byReason: Readonly<Record<string, number>>;
  readonly more: boolean;
};

export type Status = {
  readonly health: Health;
  readonly adapter: Known<AdapterHealth>;
  readonly backlog: Known<BacklogAnswer>;
  readonly allocations: Known<AllocationCounts>;
  readonly figures: Known<Figures>;
  /** `more`: not all were counted. */
  readonly investigations: Known<{ readonly open: number; readonly more: boolean }>;
  readonly quarantine: Known<Quarantine>;
  readonly accuracy: Known<Accuracy>;
  readonly runs: Known<Runs>;
};

/** How the fabric is, line by line. */
export function statusLines(status: Status): string[] {
  const { health, adapter, backlog, allocations, figures, investigations, quarantine, accuracy, runs } =
    status;
  return tableLines(
    [
      ['functions app', partsText(health)],
      ['WMS adapter', told(adapter, adapterText)],
      ['bus', told(backlog, backlogText)],
      ['open order lines', told(allocations, ({ counts }) => linesText(counts))],
      ['settled in 24 h', told(allocations, ({ settled }) => linesText(settled.counts))],
      ['events', told(figures, figuresText)],
      ['investigations', told(investigations, ({ open, more }) => `${count(open)}${orMore(more)} open`)],
      ['parked', told(quarantine, quarantineText)],
      ['accuracy', told(accuracy, accuracyText)],
      ['last run', told(runs, runText)],
    ],
    [0, 1],
  );
}

function told<Value extends object>(value: Known<Value>, text: (value: Value) => string): string {
  return 'unknown' in value ? `not known: ${value.unknown}` : text(value);
}

function orMore(more: boolean): string {
  return more ? ' or more' : '';
}

function partsText({ status, missing }: Health): string {
  return status === 'ready' ? 'ready' : `not ready: ${missing.join(', ')} does not answer`;
}

function adapterText({ status, database, bus, outbox }: AdapterHealth): string {
  const parts = `database ${database.replaceAll('-', ' ')}, bus ${bus}`;
  if (!outbox) return `${status.replace('-', ' ')}: ${parts}`;
  const waiting = outbox.unsent === 0 ? 'outbox empty' : `outbox ${count(outbox.unsent)} unsent`;
  const age = outbox.unsent === 0 ? '' : ` (the oldest ${seconds(outbox.oldestAgeMs)})`;
  const parked = outbox.parked > 0 ? `, ${count(outbox.parked)} parked` : '';
  return `${status.replace('-', ' ')}: ${parts}, ${waiting}${age}${parked}`;
}

function backlogText({ places }: BacklogAnswer): string {
  const waiting = places
    .filter((place) => place.waiting > 0)
    .map(({ place, waiting, atLeast, oldestSeconds }) => {
      const age = oldestSeconds === null ? '' : ` (the oldest ${seconds(oldestSeconds * 1_000)})`;
      return `${place} ${count(waiting)}${orMore(atLeast)}${age}`;
    });
  return waiting.join(', ') || 'nothing waits';
}

function linesText(counts: readonly { readonly state: string; readonly lines: number }[]): string {
  const found = counts.filter(({ lines }) => lines > 0);
  return (
    found.map(({ state, lines }) => `${state.replaceAll('-', ' ')} ${count(lines)}`).join(', ') || 'none'
  );
}

function figuresText({ from, total: { events, scannedLatency, committedLatency } }: Figures): string {
  if (events === 0) return `none since ${from}`;
  const { p50, p99 } = scannedLatency.p50 === null ? committedLatency : scannedLatency;
  const what = scannedLatency.p50 === null ? 'commit' : 'scan';
  return `${count(events)} since ${from}; ${what} to visible p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
}

function quarantineText({ messages, byReason, more }: Quarantine): string {
  if (messages === 0) return more ? 'none; dead letters are not known, as the bus does not answer' : 'none';
  const reasons = Object.entries(byReason).map(([reason, number]) => `${reason} ${count(number)}`);
  return `${count(messages)}${orMore(more)} (${reasons.join(', ')})`;
}

function accuracyText({ points }: Accuracy): string {
  const compared = points.filter(({ total }) => total.accuracy !== null);
  const worst = Math.min(...compared.map(({ total }) => total.accuracy ?? 1));
  const last = compared.at(-1);
  if (!last) return 'no run has compared anything in 24 hours';
  return `${percent(last.total.accuracy)} at ${last.endedAt}; the worst of ${count(compared.length)} runs in 24 hours ${percent(worst)}`;
}

function runText({ runs: [run] }: Runs): string {
  if (!run) return 'none';
  const { runId, mode, status, total, problem } = run;
  return `${runId} (${mode}) ${status}: ${count(total.compared)} compared, ${count(total.corrected)} corrected${problem ? `; ${problem.detail}` : ''}`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? '–' : `${count(ms)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
