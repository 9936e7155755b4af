import type { Investigation, InvestigationStatus } from '../contracts/investigation.ts';
import type { Page } from './reconciliation-store.ts';

export type StoredInvestigation = {
  readonly investigation: Investigation;
  /** How many of its steps the topic and the webhook have been told. */
  readonly told: number;
  readonly etag: string;
};

/** Calls throw {StoreUnavailable}; the list throws {InvalidContinuationToken} for a token that no list gave. */
export type InvestigationStore = {
  read(investigationId: string): Promise<StoredInvestigation | undefined>;
  /** The newest of an item in a warehouse, or of a warehouse as a whole (null); open or closed. */
  newest(key: {
    readonly warehouseId: string;
    readonly itemId: string | null;
  }): Promise<StoredInvestigation | undefined>;
  /** Over the etag that was read, or as a new one (null). `conflict`: somebody else stored first. */
  put(investigation: Investigation, told: number, etag: string | null): Promise<'stored' | 'conflict'>;
  /** By warehouse and item. */
  list(query: {
    readonly status?: InvestigationStatus | 'open' | undefined;
    readonly warehouseId?: string | undefined;
    readonly itemId?: string | undefined;
    readonly assignee?: string | undefined;
    readonly top: number;
    readonly continuationToken?: string | undefined;
  }): Promise<Page<Investigation>>;
};
