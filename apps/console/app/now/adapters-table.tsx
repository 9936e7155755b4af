import type { BacklogAnswer, WarehouseAdapter } from '../../../../shared/contracts/backlog.ts';
import { formatDuration, formatNumber } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Status } from '../parts/status.tsx';

/** An adapter, and for how long nothing was heard of it (ms). */
type Row = WarehouseAdapter & { readonly silentMs: number | null };

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
  {
    name: 'Heard of',
    value: ({ heardAt }) => heardAt,
    show: ({ silentMs }) => (silentMs === null ? 'not in 15 minutes' : `${formatDuration(silentMs)} ago`),
  },
  {
    name: 'Outbox',
    isText: true,
    value: ({ outbox }) => outbox?.unsent ?? null,
    show: ({ outbox }) => (outbox ? outboxText(outbox) : '–'),
  },
];

/** How the adapter of each warehouse is, by what it told last. */
export function AdaptersTable({ backlog: { at, adapters } }: { backlog: BacklogAnswer }) {
  return (
    <DataTable
      caption="WMS adapters"
      columns={COLUMNS}
      rows={adapters.map((adapter) => ({ ...adapter, silentMs: silentMs(adapter, at) }))}
      keyOf={({ warehouseId }) => warehouseId}
      empty="The bus does not show what they tell."
    />
  );
}

function silentMs({ heardAt }: WarehouseAdapter, at: string): number | null {
  return heardAt === null
    ? null
    : Math.max(0, Math.round((Date.parse(at) - Date.parse(heardAt)) / 1_000) * 1_000);
}

function outboxText({ unsent, parked, oldestAgeMs }: NonNullable<WarehouseAdapter['outbox']>): string {
  const waiting = unsent === 0 ? '0' : `${formatNumber(unsent)}, the oldest ${formatDuration(oldestAgeMs)}`;
  return parked === 0 ? waiting : `${waiting}; ${formatNumber(parked)} parked`;
}
