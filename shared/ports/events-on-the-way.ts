/** Events and decisions that the bus has taken and the cloud has not folded or settled yet. */
export type EventsOnTheWay = {
  /**
   * When the WMS committed the oldest of them (UTC, by its own clock); null when there is none.
   *
   * @throws {StoreUnavailable} when the bus does not answer
   */
  oldestCommit(): Promise<string | null>;
};
