import {
  ALLOCATION_STATUSES,
  type LineAllocation,
  type OrderAllocation,
} from '../../shared/contracts/allocation.ts';
import { omsClient } from '../oms-client/oms-client.ts';
import { readFunctionsApp } from './addresses.ts';
import { COMMON, COMMON_HELP, type Command, onlyName, readArguments } from './command.ts';
import { count, tableLines } from './table.ts';

const HELP = `Usage: npx stockbridge order ID [options]

How an order stands: per line the pieces by state, the warehouses asked, and step by step why. Exit code 0: it was told; 1:
nobody asked for such an order, or the functions app could not be asked.

${COMMON_HELP}`;

/** Tells an order. JSON: as the API answers it. */
export const order: Command = {
  help: HELP,
  async run(args, { environment, tell }) {
    const { values, positionals } = readArguments(args, COMMON, { allowPositionals: true });
    const orderId = onlyName(positionals, 'order');
    const oms = omsClient({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const found = await oms.order(orderId);
    tell(values.json, found, orderLines(found));
    return true;
  },
};

/** How an order stands, line by line. */
function orderLines({ orderId, status, createdAt, allOrNothing, lines }: OrderAllocation): string[] {
  const rows = lines.map((line) => [
    ...[line.lineId, line.itemId, line.status, count(line.quantity)],
    ...ALLOCATION_STATUSES.map((state) => (line[state] === 0 ? '' : count(line[state]))),
    line.promisedDate ?? '',
  ]);
  return [
    `Order ${orderId} of ${createdAt}: ${status}${allOrNothing ? ', all or nothing' : ''}.`,
    ...tableLines(
      [['line', 'item', 'status', 'wanted', ...ALLOCATION_STATUSES, 'promised'], ...rows],
      [0, 1, 2],
    ),
    ...lines.flatMap(whyLines),
  ];
}

function whyLines({ lineId, itemId, sources, why }: LineAllocation): string[] {
  return [
    '',
    `Line ${lineId}, ${itemId}:`,
    ...tableLines(
      sources.map(({ warehouseId, status, quantity, picked, allocationId }) => [
        `  ${warehouseId}`,
        status,
        `${count(quantity)} pieces`,
        picked > 0 ? `${count(picked)} picked` : '',
        allocationId,
      ]),
      [0, 1, 4],
    ),
    ...why.map(({ at, detail }) => `  ${at}  ${detail}`),
  ];
}
