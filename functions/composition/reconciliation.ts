import type { InvocationContext } from '@azure/functions';
import { promiseSettler } from '../../shared/allocation/settle-promises.ts';
import { cosmosCloudStock } from '../../shared/cosmos/cloud-stock.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { openOrAdd } from '../../shared/investigation/open-or-add.ts';
import { isoNow, systemRuntime } from '../../shared/ports/runtime.ts';
import { WmsUnavailable } from '../../shared/ports/wms-sql.ts';
import type { ReconciliationPorts } from '../../shared/reconciliation/reconciliation-ports.ts';
import { openServiceBus } from '../../shared/service-bus/connection.ts';
import { serviceBusEventsOnTheWay } from '../../shared/service-bus/events-on-the-way.ts';
import type { Environment } from '../../shared/settings.ts';
import { tableReconciliationStore } from '../../shared/storage/reconciliation-store.ts';
import { addRequestCharge } from '../../shared/telemetry/metrics.ts';
import { inSpan } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';
import { openWmsReader } from '../../shared/wms-sql/open-reader.ts';
import { orchestrationsOf } from '../edge/orchestrations.ts';
import { tellSettled } from '../edge/tell-settled.ts';
import { investigationPorts } from './investigations.ts';
import { readReconciliationSettings } from './reconciliation-settings.ts';
import { services } from './services.ts';

/** What reconciliation works with. Made once a process; nothing connects before its first use. */
export const reconciliation = await createReconciliation(process.env);

/** What to do where reconciliation is not configured. */
export const NOT_CONFIGURED =
  "Reconciliation does not know where the WMS's database is: set WmsSqlConnection (SQL Server, a login that may only read) or WmsSqlFile (the adapter's SQLite file).";

async function createReconciliation(environment: Environment) {
  const { storage } = services.connections;
  const { stock } = await openContainers(environment, 'sweep', isOn() ? addRequestCharge : undefined);
  return {
    store: tableReconciliationStore(storage.table('reconciliation')),
    cloud: cosmosCloudStock(stock),
    eventsOnTheWay: serviceBusEventsOnTheWay(() => openServiceBus(environment)),
    wms: await openWmsReader(environment),
    runtime: systemRuntime,
    ...readReconciliationSettings(environment),
  };
}

/** Everything that a step of a run calls. @throws {WmsUnavailable} when no setting says where the WMS's database is */
export function reconciliationPorts(context: InvocationContext): ReconciliationPorts {
  const { wms, ...ports } = reconciliation;
  if (!wms) throw new WmsUnavailable(NOT_CONFIGURED);
  const { allocation, journal, projection } = services;
  const orchestrations = orchestrationsOf(context);
  return {
    ...ports,
    wms,
    stock: projection.stock,
    lines: allocation.store,
    journal: journal.journal,
    requests: allocation.requests,
    followStock: projection.followStock,
    promises: promiseSettler({ ...allocation, orchestrations, onSettled: tellSettled }),
    around: ({ runId, warehouseId, itemId }, correct) => {
      const attributes = { 'run.id': runId, 'warehouse.id': warehouseId, 'item.id': itemId };
      return inSpan('correct item', { attributes }, correct);
    },
    investigate: (finding) =>
      openOrAdd({ ...investigationPorts, orchestrations }, { ...finding, at: isoNow(systemRuntime) }),
  };
}
