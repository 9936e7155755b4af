import type { Figures } from '../../../../shared/contracts/figures.ts';
import { countOf, formatDuration, formatNumber } from '../formats.ts';
import { Tile } from '../parts/tile.tsx';
import { PROMISED_MS } from '../promised.ts';
import { addressOf } from '../router.ts';
import { eventsPerSecond } from './flow.ts';
import type { Lists } from './now-page.tsx';

/** The figures that somebody looks at first. */
export function FigureTiles({ figures, lists }: { figures: Figures | undefined; lists: Lists | undefined }) {
  const latency = figures?.total.scannedLatency;
  return (
    <dl class="tiles">
      <Tile
        name="Events"
        value={
          figures ? (
            <>
              {formatNumber(eventsPerSecond(figures))} <small>/s</small>
            </>
          ) : (
            '–'
          )
        }
        detail={figures && `${formatNumber(figures.total.events)} in all`}
      />
      <Tile
        name="Scan to visible, half within"
        value={inMs(latency?.p50)}
        detail="p50 of online scans"
        kind={kindOf(latency?.p50)}
      />
      <Tile
        name="Scan to visible, 99 % within"
        value={inMs(latency?.p99)}
        detail={figures && `${countOf(figures.total.offline, 'event')} scanned offline, apart`}
        kind={kindOf(latency?.p99)}
      />
      <Tile
        name="Open investigations"
        to={addressOf(['investigations'], { status: 'open' })}
        value={lists ? count(lists.investigations.investigations.length, lists.investigations) : '–'}
        detail={lists && unassigned(lists)}
        kind={lists && lists.investigations.investigations.length > 0 ? 'wait' : undefined}
      />
      <Tile
        name="Parked and dead-lettered"
        to={addressOf(['messages'])}
        value={lists ? `${formatNumber(waitingOf(lists))}${lists.quarantine.atLeast ? '+' : ''}` : '–'}
        detail={lists && deadLetters(lists)}
        kind={lists && waitingOf(lists) > 0 ? 'bad' : undefined}
      />
      <Tile
        name="Backorders"
        to={addressOf(['orders'])}
        value={lists ? count(lists.backorders.backorders.length, lists.backorders) : '–'}
        detail={lists && waiting(lists)}
      />
    </dl>
  );
}

function inMs(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : formatDuration(ms);
}

function kindOf(ms: number | null | undefined) {
  if (ms === null || ms === undefined) return undefined;
  return ms <= PROMISED_MS ? 'good' : 'bad';
}

/** What one page of the list holds; with a plus where there are more. */
function count(found: number, { continuationToken }: { continuationToken?: string | undefined }): string {
  return `${formatNumber(found)}${continuationToken === undefined ? '' : '+'}`;
}

function unassigned({ investigations: { investigations } }: Lists): string | undefined {
  const nobodys = investigations.filter(({ assignee }) => assignee === undefined).length;
  return nobodys === 0 ? undefined : `${formatNumber(nobodys)} of them nobody's`;
}

/** The deleted are counted too, and wait for nothing. */
function waitingOf(lists: Lists): number {
  return messagesIn(lists, 'parked') + messagesIn(lists, 'dead-lettered');
}

function messagesIn({ quarantine: { counts } }: Lists, state: string): number {
  return counts.filter((count) => count.state === state).reduce((sum, { messages }) => sum + messages, 0);
}

function deadLetters(lists: Lists): string {
  if (!lists.quarantine.deadLettersAvailable) return 'dead letters: the bus does not answer';
  return `${formatNumber(messagesIn(lists, 'dead-lettered'))} of them dead letters`;
}

function waiting({ backorders: { backorders } }: Lists): string {
  const pieces = backorders.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${backorders.length === 1 ? 'line' : 'lines'}, ${countOf(pieces, 'piece')}`;
}
