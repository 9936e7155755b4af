import type { Investigation, InvestigationStatus } from '../contracts/investigation.ts';
import type { Page } from './reconciliation-store.ts';

/** What others have been told of an investigation. Kept for each apart, so that a webhook that is down holds nobody up. */
export type Told = {
  /** So many of its steps topic `investigations` carried. */
  readonly topic: number;
  /** So many of its steps the webhook was sent, or they were given up. */
  readonly webhook: number;
  /** When the warehouse was last asked for the recount, or told that it is withdrawn (UTC): what it does not read expires on the bus. */
  readonly recountSentAt?: string | undefined;
};

export type StoredInvestigation = {
  readonly investigation: Investigation;
  readonly told: Told;
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
  put(investigation: Investigation, told: Told, etag: string | null): Promise<'stored' | 'conflict'>;
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
