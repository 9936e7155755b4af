import { omsClient } from '../../oms-client/oms-client.ts';
import { readFunctionsApp } from '../addresses.ts';
import { askAdapter } from '../ask-adapter.ts';
import {
  COMMON,
  COMMON_HELP,
  type Command,
  FLAG,
  onlyName,
  readArguments,
  TEXT,
  UsageError,
} from '../command.ts';
import { type AdapterApi, type OperationsApi, operationsApi, type Reservation } from '../operations-api.ts';
import { type Item, type ItemHistory, itemLines } from './item-report.ts';

const HELP = `Usage: npx stockbridge item ID [options]

What an item's ATP is made of: stock by warehouse and position, what warehouses keep for orders, what waits for stock.
Exit code 0: it was told; 1: the cloud knows no stock of it, or the functions app could not be asked.

  --warehouse ID     only this warehouse
  --history          also the transactions behind each position, the oldest first
${COMMON_HELP}  WmsAdapterUrl               the WMS adapter, which knows the promises; the laptop's where the functions app is
                              the laptop's
  STOCKBRIDGE_ADAPTER_KEY     its key, if it asks for one
`;

const PAGE = 1_000;

/** Tells an item. JSON: the same. */
export const item: Command = {
  help: HELP,
  async run(args, { environment, progress, tell }) {
    const { values, positionals } = readArguments(
      args,
      { warehouse: TEXT, history: FLAG, ...COMMON },
      { allowPositionals: true },
    );
    const itemId = onlyName(positionals, 'item');
    const app = { ...readFunctionsApp(environment, values.url), patienceMs: 0 };
    const oms = omsClient(app);
    const atp = await oms.itemAtp(itemId);
    const warehouses = atp.warehouses.filter(
      ({ warehouseId }) => values.warehouse === undefined || warehouseId === values.warehouse,
    );
    if (warehouses.length === 0) throw new UsageError(`${itemId} has no stock in ${values.warehouse}.`);
    const api = operationsApi(app);
    const histories: ItemHistory[] = [];
    for (const { warehouseId } of warehouses) {
      progress.show(`reading the history of ${itemId} in ${warehouseId}`);
      histories.push({ warehouseId, ...(await readHistory(api, itemId, warehouseId, values.history)) });
    }
    progress.end();
    const { backorders, continuationToken } = await oms.backorders({ itemId, top: 200 });
    const found: Item = {
      atp: { ...atp, warehouses },
      histories,
      reservations: await askAdapter(app, environment, (adapter) => readReservations(adapter, itemId)),
      backorders,
      moreBackorders: continuationToken !== undefined,
    };
    tell(values.json, found, itemLines(found));
    return true;
  },
};

/** Positions stand on the pages on which their entries end, so that all pages are read. */
async function readHistory(api: OperationsApi, itemId: string, warehouseId: string, withEntries: boolean) {
  const positions: ItemHistory['positions'][number][] = [];
  const entries: NonNullable<ItemHistory['entries']>[number][] = [];
  let after: string | undefined;
  do {
    const page = await api.history(itemId, warehouseId, {
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    positions.push(...page.positions);
    if (withEntries) entries.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  return { positions, ...(withEntries && { entries }) };
}

/** What the warehouses keep for orders and has not been picked. */
async function readReservations(adapter: AdapterApi, itemId: string) {
  const open: Reservation[] = [];
  let after: string | undefined;
  do {
    const page = await adapter.reservations(itemId, after);
    open.push(...page.allocations.filter(({ reserved, picked }) => reserved > picked));
    after = page.next;
  } while (after !== undefined);
  return { open };
}
