import type { Investigation } from '../contracts/investigation.ts';
import {
  askRecount,
  assign,
  close,
  explain,
  type InvestigationRefusal,
  positionsAtIssue,
  type Transition,
} from '../domain/investigation.ts';
import { type Place, positionKey } from '../domain/position.ts';
import { INVESTIGATION_CHANGED, investigationStart } from '../ports/orchestrations.ts';
import { isoNow } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { untilStored } from '../ports/until-stored.ts';
import { type CloudVersionPorts, withCloudVersions } from './cloud-versions.ts';
import type { OpenOrAddPorts } from './open-or-add.ts';

export type ActPorts = OpenOrAddPorts & CloudVersionPorts;

/** What somebody does with an investigation. `by`: who. */
export type UserAction =
  | ({ readonly kind: 'assign' } & Parameters<typeof assign>[1])
  /** Of these positions, or of those that its discrepancies are about. */
  | {
      readonly kind: 'ask-recount';
      readonly by: string;
      readonly positions?: readonly Place[] | undefined;
      readonly note?: string | undefined;
    }
  | ({ readonly kind: 'explain' } & Parameters<typeof explain>[1])
  | ({ readonly kind: 'close' } & Parameters<typeof close>[1]);

export type Acted =
  | { readonly status: 'done'; readonly investigation: Investigation }
  | InvestigationRefusal
  | { readonly status: 'unknown' };

/**
 * Does what somebody wants done, if its status allows it, and has it told.
 *
 * @throws {StoreUnavailable} when nothing was done: call again
 */
export async function act(ports: ActPorts, investigationId: string, action: UserAction): Promise<Acted> {
  const { investigations, orchestrations, runtime } = ports;
  const start = investigationStart(investigationId);
  let isFollowed = false;
  const acted = await untilStored<Acted>(runtime, `investigation ${investigationId}`, async () => {
    const stored = await investigations.read(investigationId);
    if (!stored) return { status: 'unknown' };
    const transition = await transitionOf(ports, stored.investigation, action);
    if (transition.status === 'refused') return transition;
    // Before it is stored: what is closed without anybody who follows it would never be told, since no sweep finds it.
    if (!isFollowed) await orchestrations.start(start);
    isFollowed = true;
    const { investigation } = transition;
    const outcome = await investigations.put(investigation, stored.told, stored.etag);
    return outcome === 'conflict' ? outcome : { status: 'done', investigation };
  });
  if (acted.status === 'done') {
    try {
      await orchestrations.raise(start.instanceId, INVESTIGATION_CHANGED, {});
    } catch (error) {
      // It is done; whoever follows it looks again within the hour, and the sweep raises what happened lately.
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
  return acted;
}

async function transitionOf(
  ports: ActPorts,
  investigation: Investigation,
  action: UserAction,
): Promise<Transition> {
  const at = isoNow(ports.runtime);
  switch (action.kind) {
    case 'assign':
      return assign(investigation, action, at);
    case 'explain':
      return explain(investigation, action, at);
    case 'close':
      return close(investigation, action, at);
    case 'ask-recount': {
      const { itemId, warehouseId } = investigation;
      const places = distinct(action.positions ?? positionsAtIssue(investigation));
      const positions =
        itemId === null ? [] : await withCloudVersions(ports, { itemId, warehouseId }, places);
      return askRecount(investigation, { ...action, positions }, at);
    }
  }
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [positionKey(place), place])).values()];
}
