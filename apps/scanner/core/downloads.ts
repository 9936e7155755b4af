import type { AdapterClient, Answer } from './adapter-client.ts';
import type { DeviceStore } from './device-store.ts';
import { loadPages, MOST_PAGES } from './load-pages.ts';

export type DownloadParts = {
  readonly store: Pick<
    DeviceStore,
    | 'backlog'
    | 'enrolment'
    | 'enrol'
    | 'masterData'
    | 'putMasterData'
    | 'putPositions'
    | 'finishStock'
    | 'putPickList'
    | 'putRecounts'
  >;
  readonly client: Pick<AdapterClient, 'masterData' | 'positions' | 'pickList' | 'recountTasks'>;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly isStopped: () => boolean;
};

/** Something that is loaded page by page, one call at a time. */
export type Download = {
  isDue(): boolean;
  makeDue(): void;
  /** Not before it is made due again: what went wrong lies with this alone. */
  giveUp(): void;
  /** Loads the next page. */
  step(): Promise<Answer<unknown>>;
};

/**
 * Items and locations, as far as they were put since the version that the device has.
 * @param onMoved told when the device turns out to belong to other warehouses, or its WMS to be another, or restored
 */
export function masterDataDownload(
  { store, client, now, isStopped }: DownloadParts,
  onMoved: () => void,
): Download {
  let isDue = true;
  return {
    isDue: () => isDue,
    makeDue: () => {
      isDue = true;
    },
    giveUp: () => {
      isDue = false;
    },
    async step() {
      const { version, mark } = store.masterData();
      const answer = await client.masterData(version, mark);
      const enrolment = store.enrolment();
      if (answer.kind !== 'answered' || isStopped() || enrolment === undefined) return answer;
      const { warehouseIds, hasMore, reset } = answer.body;
      const isElsewhere = warehouseIds.toSorted().join('|') !== enrolment.warehouseIds.toSorted().join('|');
      // Of other warehouses nothing was told yet: enrolling for them forgets the version, and the next step begins at 0.
      if (isElsewhere) store.enrol({ ...enrolment, warehouseIds });
      else store.putMasterData(answer.body, now());
      if (isElsewhere || reset) onMoved();
      isDue = isElsewhere || hasMore;
      return answer;
    },
  };
}

/** Something that is loaded for each warehouse of the device. */
export type WarehousesDownload = Download & {
  /** Due, from the first page: the warehouses are others, and what was loaded is not there any more. */
  restart(): void;
};

/** The stock of all warehouses of the device, one after the other. */
export function stockDownload({ store, client, now, isStopped }: DownloadParts): WarehousesDownload {
  let isDue = false;
  let under:
    | { readonly warehouseId: string; readonly startedAt: string; readonly after?: string }
    | undefined;
  let left: string[] = [];

  function next() {
    if (under) return under;
    if (left.length === 0) left = [...(store.enrolment()?.warehouseIds ?? [])];
    const warehouseId = left.shift();
    return warehouseId === undefined ? undefined : { warehouseId, startedAt: now() };
  }

  function begin(isDueNow: boolean): void {
    isDue = isDueNow;
    under = undefined;
    left = [];
  }

  return {
    isDue: () => isDue,
    makeDue: () => {
      isDue = true;
    },
    restart: () => begin(true),
    giveUp: () => begin(false),
    async step() {
      const asked = next();
      under = asked;
      if (asked === undefined) {
        isDue = false;
        return { kind: 'answered', body: undefined };
      }
      const { warehouseId, startedAt, after } = asked;
      const answer = await client.positions({ warehouseId, ...(after !== undefined && { after }) });
      if (isStopped() || under !== asked) return answer;
      if (isForeign(answer)) {
        under = undefined;
        isDue = left.length > 0;
        return { ...answer, kind: 'answered', body: undefined };
      }
      if (answer.kind !== 'answered') return answer;
      store.putPositions(answer.body.rows, startedAt);
      if (answer.body.next === undefined) {
        store.finishStock(warehouseId, startedAt);
        under = undefined;
        isDue = left.length > 0;
      } else under = { warehouseId, startedAt, after: answer.body.next };
      return answer;
    },
  };
}

/** Bookings that may come between the pages of a list, before it is asked for in one go. */
const MOST_BOOKINGS = 3;

/**
 * What is to be picked, and what is to be counted for investigations: list by list, so that both are there without a network. Uploads come between
 * its pages. When scans are booked by them nobody knows whether the pages before tell of it: the list begins anew.
 */
export function tasksDownload({ store, client, now, isStopped }: DownloadParts): WarehousesDownload {
  let left: readonly (() => Promise<Answer<unknown>>)[] = [];

  function begin(): void {
    left = (store.enrolment()?.warehouseIds ?? []).flatMap((warehouseId) => [
      list(
        (after) => client.pickList(warehouseId, after),
        (tasks) => store.putPickList(warehouseId, tasks, now()),
      ),
      list(
        (after) => client.recountTasks(warehouseId, after),
        (tasks) => store.putRecounts(warehouseId, tasks, now()),
      ),
    ]);
  }

  function list<Row>(load: Parameters<typeof loadPages<Row>>[0], put: (rows: readonly Row[]) => void) {
    /** The pages so far, and how many scans were synced before the first. */
    let told:
      | {
          readonly synced: number;
          readonly pages: number;
          readonly rows: readonly Row[];
          readonly after?: string;
        }
      | undefined;
    let bookings = 0;

    const step = async (): Promise<Answer<unknown>> => {
      const { synced } = store.backlog().counts;
      if (told !== undefined && told.synced !== synced) {
        told = undefined;
        bookings += 1;
      }
      const { pages, rows, after } = told ?? { pages: 0, rows: [], after: undefined };
      const answer = await (bookings < MOST_BOOKINGS ? load(after) : loadPages(load));
      // Begun anew meanwhile: the warehouses are others.
      if (isStopped() || left[0] !== step) return answer;
      told = undefined;
      if (isForeign(answer)) {
        left = left.slice(1);
        return { ...answer, kind: 'answered', body: undefined };
      }
      if (answer.kind !== 'answered') return answer;
      const { rows: more, next } = answer.body;
      if (next !== undefined && pages + 1 < MOST_PAGES)
        told = { synced, pages: pages + 1, rows: [...rows, ...more], after: next };
      else {
        put([...rows, ...more]);
        left = left.slice(1);
      }
      return answer;
    };
    return step;
  }

  return {
    isDue: () => left.length > 0,
    makeDue() {
      if (left.length === 0) begin();
    },
    restart: begin,
    giveUp: () => {
      left = left.slice(1);
    },
    step: async () => (await left[0]?.()) ?? { kind: 'answered', body: undefined },
  };
}

/** The device does not belong to a warehouse any more: the master data tell where it does. */
function isForeign(answer: Answer<unknown>): boolean {
  return answer.kind === 'refused' && answer.problem.status === 403;
}
