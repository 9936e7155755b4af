import type { OpenPromise } from '../../../shared/contracts/open-promises.ts';
import { omsClient } from '../../oms-client/oms-client.ts';
import { readFunctionsApp } from '../addresses.ts';
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
import { type OperationsApi, operationsApi } from '../operations-api.ts';
import { type Item, type ItemHistory, itemLines } from './item-report.ts';

const HELP = `Usage: npx stockbridge item ID [options]

What an item's ATP is made of: stock by warehouse and position, what is held for orders and carts, what waits for stock.
Exit code 0: it was told; 1: the cloud knows no stock of it, or the functions app could not be asked.

  --warehouse ID     only this warehouse
  --history          also the transactions behind each position, the oldest first
${COMMON_HELP}`;

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
      ...(await readPromises(api, itemId, values.warehouse)),
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

/** What is held in all warehouses, or in one. */
async function readPromises(api: OperationsApi, itemId: string, only: string | undefined) {
  const { promises, more } = await api.promises(itemId);
  const isMeant = ({ warehouseId }: OpenPromise['sources'][number]) =>
    only === undefined || warehouseId === only;
  return {
    promises: promises.map((promise) => ({ ...promise, sources: promise.sources.filter(isMeant) })),
    morePromises: more,
  };
}
