import { type OrderState, omsClient, type WantedOrder } from '../../../local/replay/oms-client.ts';
import { RefusedCallError } from '../../../local/replay/patient-call.ts';
import { type Checked, countText, type FindingKind, findingAbout } from './finding.ts';

/** What a line is made of, in pieces; `released` is not read by the replay's client. */
type Line = OrderState['lines'][number] & { released?: number };

const AT_ONCE = 8;

/** Every order that the cloud took is there as it was asked for, rests, and its pieces add up, line by line. */
export async function checkOrders(functionsUrl: string, orders: readonly WantedOrder[]): Promise<Checked> {
  const oms = omsClient(functionsUrl);
  const complaints = new Map<FindingKind, string[]>([
    ['lost', []],
    ['doubled', []],
    ['wrong', []],
  ]);
  const queue = [...orders];
  const worker = async () => {
    for (let order = queue.pop(); order !== undefined; order = queue.pop()) {
      for (const [kind, text] of await complaintsOf(oms, order)) complaints.get(kind)?.push(text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const findings = [...complaints].flatMap(([kind, texts]) => findingAbout(kind, 'orders', texts));
  const seen =
    findings.length === 0 ? [`${countText(orders.length)} orders rest, and their pieces add up.`] : [];
  return { findings, seen };
}

async function complaintsOf(
  oms: ReturnType<typeof omsClient>,
  wanted: WantedOrder,
): Promise<[FindingKind, string][]> {
  let state: OrderState;
  try {
    state = await oms.state(wanted.orderId);
  } catch (error) {
    if (error instanceof RefusedCallError) return [['lost', `${wanted.orderId} is not known`]];
    throw error;
  }
  return wanted.lines.flatMap((line) => {
    const name = `${wanted.orderId} line ${line.lineId}`;
    const found = state.lines.find(({ lineId }) => lineId === line.lineId);
    if (found === undefined || found.quantity !== line.quantity) return [['lost', `${name} is not as asked`]];
    return lineComplaints(name, found);
  });
}

/** What is wrong with a line that should rest. */
export function lineComplaints(name: string, line: Line): [FindingKind, string][] {
  const { quantity, tentative, releasing, confirmed, backordered, fulfilled, rejected, released = 0 } = line;
  if (tentative + releasing > 0) return [['wrong', `${name} does not rest`]];
  const sum = confirmed + backordered + fulfilled + rejected + released;
  if (sum < quantity) return [['lost', `${name} lacks ${quantity - sum} pieces`]];
  if (sum > quantity) return [['doubled', `${name} has ${sum - quantity} pieces too many`]];
  return [];
}
