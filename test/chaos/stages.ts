import { wmsFileOf } from '../../local/damage/damage-settings.ts';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import type { ChaosStack } from './chaos-stack.ts';
import { checkBackorders } from './checks/backorders.ts';
import { checkBus } from './checks/bus.ts';
import type { Checked, Checking } from './checks/finding.ts';
import { AZURITE_SAVES_WITHIN, checkJournal } from './checks/journal.ts';
import { checkLedger } from './checks/ledger.ts';
import { checkOrders } from './checks/orders.ts';
import { checkPositions, checkPromises, checkReservations } from './checks/positions.ts';
import { checkQuarantine } from './checks/quarantine.ts';
import { checkReconciliation } from './checks/reconciliation.ts';
import type { Load } from './load.ts';
import type { ScanBook } from './scan-book.ts';
import { STAGE_WITHIN, type Stage } from './settle.ts';
import type { WmsWatch } from './wms-watch.ts';

const TELL_EVERY = 500;

export type Settling = {
  stack: ChaosStack;
  load: Load;
  book: ScanBook;
  watch: WmsWatch;
  /** Milliseconds since 1970. */
  begunAt: number;
  /** When Azurite was killed, in milliseconds since 1970. */
  kills: readonly number[];
};

/** The load ends, everything comes to rest, and both sides are compared. */
export function stagesOf({ stack, load, book, watch, begunAt, kills }: Settling): Stage[] {
  const { direct, connections } = stack;
  const client = adapterClient(direct.adapter);
  const wmsFile = wmsFileOf(stack.dataFolder);
  return [
    { name: 'the load ends', check: (checking) => endLoad(load, checking) },
    { name: 'waiting for the bus', check: (checking) => checkBus(connections.serviceBus, checking) },
    {
      name: 'comparing positions',
      check: (checking) => checkPositions(client, connections.cosmos, checking),
    },
    {
      name: 'looking for backorders beside free stock',
      check: (checking) => checkBackorders(connections.cosmos, checking),
    },
    {
      name: 'comparing promises',
      check: (checking) => checkPromises(client, connections.cosmos, load.desk, checking),
    },
    { name: 'adding up reservations', check: () => checkReservations(client) },
    { name: 'reading what was looked at under the faults', check: async () => watch.checked() },
    { name: 'reading all orders', check: (checking) => checkOrders(direct.functions, load.orders, checking) },
    { name: 'reading the ledger', check: (checking) => checkLedger(direct.adapter, book, checking) },
    {
      name: 'reading the journal',
      within: 2 * STAGE_WITHIN,
      check: (checking) => {
        const unsaved = kills.map((at) => watch.underWay(at - AZURITE_SAVES_WITHIN, at));
        return checkJournal({ adapterUrl: direct.adapter, connections, wmsFile, unsaved }, checking);
      },
    },
    { name: 'reading the quarantine', check: (checking) => checkQuarantine(direct.functions, checking) },
    {
      name: 'reconciling',
      check: (checking) => checkReconciliation(direct.functions, new Date(begunAt).toISOString(), checking),
    },
  ];
}

/** Where it does not end it is ended, so that what is compared stands still. */
async function endLoad(load: Load, { tell, signal }: Checking): Promise<Checked> {
  const telling = setInterval(() => tell(load.underWay()), TELL_EVERY);
  signal.addEventListener('abort', load.abort);
  try {
    await load.finish();
    return { findings: [], seen: [] };
  } finally {
    clearInterval(telling);
  }
}
