/** Tells that something about these items may have become free, or has changed. @throws {StoreUnavailable} */
export type StockChanges = { tell(itemIds: readonly string[]): Promise<void> };
