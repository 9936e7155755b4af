import type { AllocationCounts, OpenState } from '../../../../shared/contracts/allocation-counts.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Status } from '../parts/status.tsx';

type Row = AllocationCounts['counts'][number];

const MEANING: Readonly<Record<OpenState, string>> = {
  'in-cart': 'held for a cart; no order yet',
  tentative: 'held, or being placed; the warehouse has not answered',
  releasing: 'given up; the warehouse has not said so yet',
  backordered: 'wait for stock, in part or in full',
  confirmed: 'confirmed by a warehouse; to be picked',
};

const COLUMNS: readonly Column<Row>[] = [
  { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
  { name: 'Lines', isNumber: true, value: ({ lines }) => lines },
  { name: 'What that is', isText: true, value: ({ state }) => MEANING[state] },
];

/** Lines of orders and carts whose pieces can still move. */
export function OpenAllocations({ counts: { counts } }: { counts: AllocationCounts }) {
  return (
    <DataTable
      caption="Open lines by state"
      columns={COLUMNS}
      rows={counts}
      keyOf={({ state }) => state}
      empty="No line is open."
    />
  );
}
