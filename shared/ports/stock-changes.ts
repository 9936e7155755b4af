/** `traceparent` of the event that changed an item, by the id of the item. */
export type Causes = ReadonlyMap<string, string>;

/** Tells that something about these items may have become free, or has changed. @throws {StoreUnavailable} */
export type StockChanges = { tell(itemIds: readonly string[], causes?: Causes): Promise<void> };
