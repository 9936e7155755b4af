import { readInvestigationSettings } from '../../../functions/composition/investigation-settings.ts';
import type { ActPorts } from '../../../shared/investigation/act.ts';
import type { FollowInvestigationPorts } from '../../../shared/investigation/follow.ts';
import type { InvestigationStore } from '../../../shared/ports/investigation-store.ts';
import type { JournalStore } from '../../../shared/ports/journal-store.ts';
import type { StockStore } from '../../../shared/ports/stock-store.ts';
import {
  INVESTIGATIONS_TOPIC,
  investigationNoticesBy,
} from '../../../shared/service-bus/investigation-notices.ts';
import { type Send, senderTo } from '../bus/ports.ts';
import { type Call, unreliable } from '../calls.ts';
import type { Faults } from '../faults.ts';
import type { PromisePorts } from './promises.ts';

export type InvestigationPorts = FollowInvestigationPorts & ActPorts;

export type InvestigationParts = {
  readonly store: InvestigationStore;
  readonly call: Call;
  readonly send: Send;
  readonly faults: Faults;
  readonly ports: PromisePorts;
  readonly stock: StockStore;
  readonly journal: JournalStore;
};

const { deadlines } = readInvestigationSettings({});

/** What one process needs for investigations: the composition of `functions/composition/investigations.ts`. */
export function investigationPorts(parts: InvestigationParts): InvestigationPorts {
  const { store, call, send, faults, ports, stock, journal } = parts;
  const { runtime, orchestrations } = ports;
  return {
    ...{ runtime, orchestrations, stock, journal, deadlines },
    investigations: investigationStoreBy(call, store, faults),
    notices: investigationNoticesBy(senderTo(INVESTIGATIONS_TOPIC, send)),
  };
}

/** The investigations' table as a process reaches it. */
function investigationStoreBy(call: Call, store: InvestigationStore, faults: Faults): InvestigationStore {
  const ask = unreliable(call, faults, 'storage-away', 'the table');
  return {
    read: (investigationId) => ask('an investigation is read', () => store.read(investigationId)),
    newest: (key) => ask('the newest investigation is read', () => store.newest(key)),
    put: (...args) => ask('an investigation is kept', () => store.put(...args)),
    list: (query) => ask('investigations are listed', () => store.list(query)),
  };
}
