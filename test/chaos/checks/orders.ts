import { setTimeout as sleep } from 'node:timers/promises';
import { type OrderState, omsClient, type WantedOrder } from '../../../local/replay/oms-client.ts';
import { RefusedCallError } from '../../../local/replay/patient-call.ts';
import { type Checked, type Checking, countText, type FindingKind, findingAbout } from './finding.ts';

/** What was asked of the cloud, and what else made a line smaller. */
export type PlayedOrders = {
  readonly placed: readonly WantedOrder[];
  /** Ids of orders that were asked to be taken back. */
  readonly takenBack: ReadonlySet<string>;
  /** Pieces that pickers did not find and closed short, by {@link lineName}. */
  readonly closedShort: ReadonlyMap<string, number>;
};

/** What is known of a line beside what the cloud says of it. */
export type LineHistory = { readonly isTakenBack: boolean; readonly closedShort: number };

/** What a line is made of, in pieces; `released` is not read by the replay's client. */
type Line = OrderState['lines'][number] & { released?: number };
type Complaint = readonly [kind: FindingKind, text: string];

const AT_ONCE = 8;
/** The sweep comes once a minute, and gives a backorder what became free: such a line does not rest for a moment. Milliseconds. */
const RESTS_WITHIN = 90_000;
const LOOK_AGAIN = 2_000;

export function lineName(orderId: string, lineId: string): string {
  return `${orderId} line ${lineId}`;
}

/** Every order that the cloud took is there as it was asked for, rests, and its pieces add up, line by line. */
export async function checkOrders(
  functionsUrl: string,
  orders: PlayedOrders,
  { tell, signal }: Checking,
): Promise<Checked> {
  const oms = omsClient(functionsUrl, { signal });
  const begun = performance.now();
  const complaints: Complaint[] = [];
  let open: readonly WantedOrder[] = orders.placed;
  for (;;) {
    const moving: WantedOrder[] = [];
    const isLast = performance.now() - begun > RESTS_WITHIN;
    let read = 0;
    await inTurns(open, async (order) => {
      const found = await complaintsOf(oms, order, orders);
      if (!isLast && found.some(([, text]) => text.endsWith(MOVES))) moving.push(order);
      else complaints.push(...found);
      read += 1;
      tell(`${countText(read)} of ${countText(open.length)}`);
    });
    if (moving.length === 0) break;
    open = moving;
    await sleep(LOOK_AGAIN, undefined, { signal });
  }
  const kinds = Map.groupBy(complaints, ([kind]) => kind);
  const findings = [...kinds].flatMap(([kind, all]) =>
    findingAbout(
      kind,
      'orders',
      all.map(([, text]) => text),
    ),
  );
  const rest = `${countText(orders.placed.length)} orders rest, and their pieces add up.`;
  return { findings, seen: findings.length === 0 ? [rest] : [] };
}

async function inTurns<Entry>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  const queue = [...entries];
  const worker = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function complaintsOf(
  oms: ReturnType<typeof omsClient>,
  wanted: WantedOrder,
  { takenBack, closedShort }: PlayedOrders,
): Promise<Complaint[]> {
  let state: OrderState;
  try {
    state = await oms.state(wanted.orderId);
  } catch (error) {
    if (error instanceof RefusedCallError) return [['lost', `${wanted.orderId} is not known`]];
    throw error;
  }
  const isTakenBack = takenBack.has(wanted.orderId);
  return wanted.lines.flatMap((line) => {
    const name = lineName(wanted.orderId, line.lineId);
    const found = state.lines.find(({ lineId }) => lineId === line.lineId);
    if (found === undefined || found.quantity !== line.quantity) return [['lost', `${name} is not as asked`]];
    return lineComplaints(name, found, { isTakenBack, closedShort: closedShort.get(name) ?? 0 });
  });
}

const MOVES = 'does not rest';

/**
 * What is wrong with a line that should rest. Pieces are released when the order is taken back, or when a picker closes short what he
 * does not find, and for no other reason: no order here is of all or nothing, and none comes from a cart.
 */
export function lineComplaints(
  name: string,
  line: Line,
  { isTakenBack, closedShort }: LineHistory,
): Complaint[] {
  const { quantity, tentative, releasing, confirmed, backordered, fulfilled, rejected, released = 0 } = line;
  if (tentative + releasing > 0) return [['wrong', `${name} ${MOVES}`]];
  const complaints: Complaint[] = [];
  const sum = confirmed + backordered + fulfilled + rejected + released;
  if (sum < quantity) complaints.push(['lost', `${name} lacks ${quantity - sum} pieces`]);
  if (sum > quantity) complaints.push(['doubled', `${name} has ${sum - quantity} pieces too many`]);
  if (isTakenBack && confirmed + backordered > 0)
    complaints.push(['wrong', `${name} was taken back, and ${confirmed + backordered} pieces are promised`]);
  if (!isTakenBack && released > closedShort)
    complaints.push([
      'lost',
      `${name} released ${released} pieces, of which ${closedShort} were closed short and none taken back`,
    ]);
  return complaints;
}
