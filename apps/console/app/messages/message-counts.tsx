import type { QuarantineCounts } from '../../../../shared/contracts/quarantine.ts';
import { words } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Status } from '../parts/status.tsx';
import { addressOf } from '../router.ts';

type Row = QuarantineCounts['counts'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
  {
    name: 'Reason',
    value: ({ reason }) => reason,
    show: ({ state, reason }) => <a href={addressOf(['messages'], { state, reason })}>{words(reason)}</a>,
  },
  { name: 'Messages', isNumber: true, value: ({ messages }) => messages },
];

/** How many there are of what, and the way to each. */
export function MessageCounts({ counts: { counts, atLeast } }: { counts: QuarantineCounts }) {
  return (
    <DataTable
      caption="Messages by reason"
      columns={COLUMNS}
      rows={counts}
      keyOf={({ state, reason }) => `${state}|${reason}`}
      isPart={atLeast}
      empty="None: every message was handled."
    />
  );
}
