/** `starting` until the warehouse's subscription has answered or failed for the first time. */
export type ReceptionState = 'starting' | 'connected' | 'away';

/** Whether messages of the cloud are received, warehouse by warehouse. */
export interface Reception {
  connected(warehouseId: string): void;
  lost(warehouseId: string, reason: string): void;
  /** How many warehouses are in each state. */
  counts(): Record<ReceptionState, number>;
  /** Tells nothing more. */
  close(): void;
}

/** Warehouses lose the bus together: what changes within this time is told in one line. */
const GATHER_MS = 500;

/**
 * Keeps the states, and tells the changes: not every attempt, and those of many warehouses together. `what` is received:
 * `Allocation requests`.
 */
export function createReception(
  what: string,
  warehouseIds: readonly string[],
  log: (line: string) => void,
): Reception {
  const states = new Map<string, ReceptionState>(warehouseIds.map((id) => [id, 'starting']));
  const told = new Map(states);
  const reasons = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  function change(warehouseId: string, state: ReceptionState): void {
    states.set(warehouseId, state);
    timer ??= setTimeout(tell, GATHER_MS);
  }

  function tell(): void {
    timer = undefined;
    const changed = [...states].filter(([id, state]) => told.get(id) !== state);
    const lost = changed.filter(([, state]) => state === 'away').map(([id]) => id);
    const back = changed.filter(([id]) => told.get(id) === 'away').map(([id]) => id);
    for (const [id, state] of changed) told.set(id, state);
    for (const [reason, ids] of Map.groupBy(lost, (id) => reasons.get(id))) {
      log(`${what} are not received for ${ids.join(', ')}: ${reason}`);
    }
    if (back.length > 0) log(`${what} are received again for ${back.join(', ')}`);
  }

  return {
    connected: (warehouseId) => change(warehouseId, 'connected'),
    lost(warehouseId, reason) {
      reasons.set(warehouseId, reason);
      change(warehouseId, 'away');
    },
    counts() {
      const counts = { starting: 0, connected: 0, away: 0 };
      for (const state of states.values()) counts[state] += 1;
      return counts;
    },
    close: () => clearTimeout(timer),
  };
}
