import type {
  AllocationCounts,
  OpenState,
  SettledState,
} from '../../../../shared/contracts/allocation-counts.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Status } from '../parts/status.tsx';

type Row = { readonly state: OpenState | SettledState; readonly lines: number };

const MEANING: Readonly<Record<Row['state'], string>> = {
  'in-cart': 'held for a cart; no order yet',
  tentative: 'held, or being placed; the warehouse has not answered',
  releasing: 'given up; the warehouse has not said so yet',
  backordered: 'wait for stock, in part or in full',
  confirmed: 'confirmed by a warehouse; to be picked',
  fulfilled: 'picked, in the last 24 hours',
  rejected: 'could not be given, in the last 24 hours',
  released: 'given up, in the last 24 hours',
};

const COLUMNS: readonly Column<Row>[] = [
  { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
  { name: 'Lines', isNumber: true, value: ({ lines }) => lines },
  { name: 'What that is', isText: true, value: ({ state }) => MEANING[state] },
];

/** Lines of orders and carts whose pieces can still move, and those of orders that came to an end within a day. */
export function AllocationsByState({ counts: { counts, settled } }: { counts: AllocationCounts }) {
  return (
    <DataTable
      caption="Lines by state"
      columns={COLUMNS}
      rows={[...counts, ...settled.counts]}
      keyOf={({ state }) => state}
      empty="There are none."
    />
  );
}
