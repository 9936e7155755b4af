import type { Accuracy, WarehouseFigures } from '../../../../shared/contracts/reconciliation.ts';
import { formatShare } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';

type Row = WarehouseFigures & { readonly runId: string; readonly endedAt: string };

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  {
    name: 'Accuracy',
    isNumber: true,
    value: ({ accuracy }) => accuracy,
    show: ({ accuracy }) => (accuracy === null ? '–' : formatShare(accuracy)),
  },
  { name: 'Positions', isNumber: true, value: ({ compared }) => compared },
  {
    name: 'Differed',
    isNumber: true,
    value: ({ corrected, uncorrected }) => corrected + uncorrected,
  },
  {
    name: 'Run',
    value: ({ endedAt }) => endedAt,
    show: ({ runId, endedAt }) => (
      <a href={addressOf(['reconciliation', 'runs', runId])}>
        <When at={endedAt} />
      </a>
    ),
  },
];

/** Of each warehouse the newest run that compared anything there. */
export function AccuracyByWarehouse({ accuracy }: { accuracy: Accuracy }) {
  return (
    <DataTable
      caption="Newest accuracy"
      columns={COLUMNS}
      rows={newestOf(accuracy)}
      keyOf={({ warehouseId }) => warehouseId}
      empty="No reconciliation ended in the last 24 hours."
    />
  );
}

function newestOf({ points }: Accuracy): Row[] {
  const newest = new Map<string, Row>();
  for (const { runId, endedAt, warehouses } of points) {
    for (const figures of warehouses.filter(({ accuracy }) => accuracy !== null)) {
      newest.set(figures.warehouseId, { ...figures, runId, endedAt });
    }
  }
  return [...newest.values()].sort((a, b) => (a.warehouseId < b.warehouseId ? -1 : 1));
}
