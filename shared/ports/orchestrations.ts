import type { TraceContext } from '../contracts/trace-context.ts';
import type { OrderLine } from '../domain/order-line.ts';

/**
 * The orchestrations that drive a promise, see `functions/allocation-orchestrations.ts`, and those that follow an
 * investigation, see `functions/investigation-orchestration.ts`.
 */
export type Orchestrations = {
  /** Starts one; when it runs already, that one goes on. An ended one of the same id is started anew. */
  start(start: OrchestrationStart): Promise<void>;
  /** Wakes whoever waits for the event; when there is nobody, nothing happens. */
  raise(instanceId: string, eventName: string, data: unknown): Promise<void>;
};

/** Places the line, asks its warehouses and goes on until all of its pieces rest. */
export type AllocateLineInput = {
  readonly orderId: string;
  readonly lineId: string;
  readonly itemId: string;
  /** Number of the run, or the release of what a cancelled line holds. */
  readonly run: number | 'release';
  /** The line as ordered, for the first run, so that it need not be looked up. */
  readonly ordered?: OrderLine;
  /** The trace of what started it; nothing depends on it. */
  readonly trace?: TraceContext;
};

/** Drives an order of which all or nothing is wanted. */
export function orderStart(orderId: string): OrchestrationStart {
  return { name: 'allocateOrder', instanceId: `${orderId}:order`, input: { orderId } };
}

/** Ends a cart when its time is over. */
export function expiryStart(holdId: string): OrchestrationStart {
  return { name: 'expireHold', instanceId: `${holdId}:hold`, input: { holdId } };
}

/** Follows an investigation until it is closed, and everybody was told. */
export function investigationStart(investigationId: string): OrchestrationStart {
  const instanceId = `investigation:${investigationId}`;
  return { name: 'investigate', instanceId, input: { investigationId } };
}

/** The event that makes the orchestration of an investigation look at it at once. */
export const INVESTIGATION_CHANGED = 'changed';

/** Works queued runs of the reconciliation off, one at a time: there is never more than one of it. */
export function reconciliationStart(): OrchestrationStart {
  return { name: 'reconcile', instanceId: 'reconciliation', input: {} };
}

export type OrchestrationStart =
  | { readonly name: 'allocateLine'; readonly instanceId: string; readonly input: AllocateLineInput }
  /** All lines in full, or none. */
  | {
      readonly name: 'allocateOrder';
      readonly instanceId: string;
      readonly input: { readonly orderId: string; readonly trace?: TraceContext };
    }
  /** Ends a cart that has not become an order when its time is over. */
  | { readonly name: 'expireHold'; readonly instanceId: string; readonly input: { readonly holdId: string } }
  /** Tells of what happens to an investigation, takes its recount, reminds and escalates. */
  | {
      readonly name: 'investigate';
      readonly instanceId: string;
      readonly input: { readonly investigationId: string };
    }
  /** Compares the WMS with the cloud until no run is queued; see `functions/reconciliation.ts`. */
  | {
      readonly name: 'reconcile';
      readonly instanceId: 'reconciliation';
      readonly input: Readonly<Record<string, never>>;
    };
