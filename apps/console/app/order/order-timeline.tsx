import { useState } from 'preact/hooks';
import type { LineAllocation } from '../../../../shared/contracts/allocation.ts';
import { type CsvValue, csvOf, download } from '../csv.ts';
import { countOf, formatDuration, words } from '../formats.ts';
import { When } from '../parts/when.tsx';

type Props = { readonly orderId: string; readonly lines: readonly LineAllocation[] };

/** Lines that are open from the beginning, and lines on the page at a time. */
const OPEN = 3;
const PAGE = 25;

/** Every step of every line, with what it took and why. */
export function OrderTimeline({ orderId, lines }: Props) {
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <p class="table-head">
        <button
          type="button"
          class="button button--small"
          aria-label={`Export CSV: steps of ${orderId}`}
          onClick={() => download(`steps-of-${orderId}.csv`.toLowerCase(), stepsAsCsv(lines))}
        >
          Export CSV
        </button>
      </p>
      {lines.slice(0, shown).map((line, index) => (
        <details key={line.lineId} open={index < OPEN}>
          <summary>
            Line {line.lineId}: {countOf(line.quantity, 'piece')} of {line.itemId}, {words(line.status)}
          </summary>
          <Steps line={line} />
        </details>
      ))}
      {lines.length > shown && (
        <button type="button" class="button" onClick={() => setShown(shown + PAGE)}>
          Show more of {countOf(lines.length, 'line')}
        </button>
      )}
    </>
  );
}

function Steps({ line: { why } }: { line: LineAllocation }) {
  if (why.length === 0) return <p class="empty">Nothing has happened to it yet.</p>;
  return (
    <ol class="timeline">
      {why.map(({ at, warehouseId, step, quantity, detail }, index) => {
        const before = why[index - 1];
        return (
          // Steps are only added at the end.
          <li key={index}>
            <p>
              <b>{words(step)}</b> {countOf(quantity, 'piece')}
              {warehouseId && ` in ${warehouseId}`}
            </p>
            <p>{detail}</p>
            <p class="soft">
              <When at={at} />
              {before && `, ${formatDuration(Math.max(0, Date.parse(at) - Date.parse(before.at)))} later`}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function stepsAsCsv(lines: readonly LineAllocation[]): string {
  const header = ['Line', 'Item', 'At', 'Step', 'Warehouse', 'Pieces', 'Allocation', 'Detail'];
  const rows = lines.flatMap(({ lineId, itemId, why }) =>
    why.map(({ at, step, warehouseId, quantity, allocationId, detail }): CsvValue[] => [
      ...[lineId, itemId, at, step, warehouseId, quantity, allocationId, detail],
    ]),
  );
  return csvOf(header, rows);
}
