import type { Discrepancy } from '../../../../shared/contracts/reconciliation.ts';
import { formatChange, words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';

/** When it was found, by which run. */
export const FOUND_COLUMN: Column<Pick<Discrepancy, 'runId' | 'foundAt'>> = {
  name: 'Found',
  value: ({ foundAt }) => foundAt,
  show: ({ runId, foundAt }) => (
    <a href={addressOf(['reconciliation', 'runs', runId])}>
      <When at={foundAt} />
    </a>
  ),
};

/** What differs where, what each side says, and what was done about it. */
export const DISCREPANCY_COLUMNS: readonly Column<Discrepancy>[] = [
  { name: 'Class', value: (found) => words(found.class) },
  { name: 'Item', value: ({ itemId }) => itemId, show: linkToItem },
  { name: 'Warehouse', value: ({ warehouseId }) => warehouseId },
  { name: 'Location', value: ({ locationId, allocationId }) => locationId ?? allocationId },
  { name: 'Lot', value: ({ lotNumber }) => lotNumber },
  { name: 'WMS', isNumber: true, value: ({ expected }) => expected?.onHand },
  { name: 'Cloud', isNumber: true, value: ({ found }) => found?.onHand },
  { name: 'Value off', isNumber: true, value: ({ valueOff }) => valueOff },
  { name: 'Done', value: ({ action }) => words(action) },
  { name: 'Detail', isText: true, value: ({ detail }) => detail },
  {
    name: 'Last event',
    value: ({ lastEvents }) => lastEvents[0]?.eventId,
    show: ({ lastEvents: [last] }) =>
      last ? (
        <>
          {last.eventType.replace('Inventory', '')} {formatChange(last.quantityChange)}{' '}
          <When at={last.timestamp} />
        </>
      ) : (
        '–'
      ),
  },
  {
    name: 'Investigation',
    value: ({ investigationId }) => investigationId,
    show: ({ investigationId }) =>
      investigationId ? <a href={addressOf(['investigations', investigationId])}>{investigationId}</a> : '–',
  },
];

function linkToItem({ itemId, warehouseId, locationId, lotNumber }: Discrepancy) {
  const query = { warehouse: warehouseId, location: locationId ?? '', lot: lotNumber ?? '' };
  return <a href={addressOf(['items', itemId], query)}>{itemId}</a>;
}
