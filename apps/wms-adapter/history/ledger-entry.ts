import type {
  ExplainedPositionAnswer,
  LedgerEntryAnswer,
} from '../../../shared/contracts/position-history.ts';
import type { PositionKey } from '../database.ts';
import type { Page, PageQuery } from '../page.ts';

/** What one transaction did to one position, as it is answered. */
export type LedgerEntry = Readonly<LedgerEntryAnswer>;

/** A position with the entries that are of interest. */
export interface ExplainedPosition
  extends Readonly<Pick<ExplainedPositionAnswer, 'onHand' | 'shortfall' | 'version'>> {
  readonly key: PositionKey;
  readonly entries: readonly LedgerEntry[];
}

/** Only positions of this warehouse, of this item. */
export interface ExplainedQuery extends PageQuery {
  readonly warehouseId?: string | undefined;
  readonly itemId?: string | undefined;
}

/** What explains the figures of positions. */
export interface PositionHistory {
  /** The position, and its entries, the last scanned first: those that count come before the others. Undefined when nothing was ever booked on it. */
  history(key: PositionKey, query: PageQuery): Promise<(ExplainedPosition & { next?: string }) | undefined>;
  /**
   * Positions that are short, in the order (warehouse, item, location, lot), each with the entries that its figure is made of, the last
   * scanned first, at most 100.
   */
  shortfalls(query: ExplainedQuery): Promise<Page<ExplainedPosition>>;
  /**
   * Positions to be counted anew, in the same order, each with the flagged entries, the last scanned first, at most 100: they were scanned while another counted the
   * location, and no count has been scanned since that one ended.
   */
  recounts(query: ExplainedQuery): Promise<Page<ExplainedPosition>>;
}
