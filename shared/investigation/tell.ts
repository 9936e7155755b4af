import type { Investigation, InvestigationNotice } from '../contracts/investigation.ts';
import { SAID_TO_WAREHOUSES, SAY_AGAIN_MS, stepToSayAgain } from '../domain/investigation-schedule.ts';
import type { InvestigationNotices, InvestigationWebhook } from '../ports/investigation-notices.ts';
import type { InvestigationStore, StoredInvestigation, Told } from '../ports/investigation-store.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';

export type TellPorts = {
  readonly investigations: InvestigationStore;
  readonly notices: InvestigationNotices;
  /** Absent where none is set. */
  readonly webhook?: InvestigationWebhook | undefined;
  readonly runtime: Runtime;
};

/** A webhook is sent a step for so long (milliseconds), and so many steps in one go: each may take its time-out. */
const GIVE_UP_AFTER_MS = 24 * 3600_000;
const SENT_AT_ONCE = 20;

/**
 * Tells the topic what it was not told yet; and of a recount that is asked, or withdrawn, again and again, since a
 * warehouse that was away for an hour has not heard of it.
 *
 * @throws {StoreUnavailable}
 */
export async function tellTopic(investigationId: string, ports: TellPorts): Promise<void> {
  const stored = await ports.investigations.read(investigationId);
  if (!stored) return;
  const { investigation, told } = stored;
  const notices = noticesSince(investigation, told.topic);
  const again = noticeToSayAgain(investigation, told, ports.runtime.now());
  const sent =
    again && !notices.some(({ noticeId }) => noticeId === again.noticeId) ? [again, ...notices] : notices;
  const isForWarehouse = sent.some(({ step }) => SAID_TO_WAREHOUSES.includes(step.action));
  if (sent.length > 0) await ports.notices.publish(sent);
  await remember(investigationId, ports, {
    topic: investigation.stepCount,
    ...(isForWarehouse && { recountSentAt: isoNow(ports.runtime) }),
    // One that is set later begins with what happens then.
    ...(!ports.webhook && { webhook: investigation.stepCount }),
  });
}

/**
 * Sends the webhook the steps that it was not sent, in order, until it does not answer. What it refuses, or has not
 * taken for a day, is given up.
 *
 * @returns what an operator should know, in sentences
 * @throws {StoreUnavailable}
 */
export async function tellWebhook(investigationId: string, ports: TellPorts): Promise<string[]> {
  const stored = ports.webhook && (await ports.investigations.read(investigationId));
  if (!ports.webhook || !stored) return [];
  const { investigation, told } = stored;
  const troubles: string[] = [];
  let webhook = firstKept(investigation, told.webhook);
  for (const notice of noticesSince(investigation, told.webhook).slice(0, SENT_AT_ONCE)) {
    const outcome = await ports.webhook.send(notice);
    if (outcome.status !== 'taken') {
      const isOver = ports.runtime.now() - Date.parse(notice.step.at) > GIVE_UP_AFTER_MS;
      const isGivenUp = outcome.status === 'refused' || isOver;
      const what = isGivenUp ? 'is not sent again' : 'is tried again';
      troubles.push(`Notice ${notice.noticeId} ${what}: the webhook ${outcome.detail}.`);
      if (!isGivenUp) break;
    }
    webhook += 1;
  }
  await remember(investigationId, ports, { webhook });
  return troubles;
}

/** Time of the oldest step that the topic or the webhook were not told, milliseconds UTC. */
export function untoldSince({ investigation, told }: StoredInvestigation): number | undefined {
  const [oldest] = noticesSince(investigation, Math.min(told.topic, told.webhook));
  return oldest && Date.parse(oldest.step.at);
}

/** The steps after the first `told`, of those that are kept. */
function noticesSince(investigation: Investigation, told: number): InvestigationNotice[] {
  const { steps, stepCount } = investigation;
  const first = stepCount - steps.length;
  return steps
    .map((_step, index) => noticeOf(investigation, first + index + 1))
    .slice(Math.max(0, told - first));
}

function noticeOf(investigation: Investigation, number: number): InvestigationNotice {
  const { discrepancies: _discrepancies, steps, stepCount, ...summary } = investigation;
  const step = steps[number - 1 - (stepCount - steps.length)];
  if (!step) throw new RangeError(`Step ${number} of ${summary.investigationId} is not kept.`);
  return {
    noticeId: `${summary.investigationId}#${number}`,
    step,
    investigation: { ...summary, stepCount },
  };
}

/** So many steps are told, or are no longer kept. */
function firstKept({ steps, stepCount }: Investigation, told: number): number {
  return Math.max(told, stepCount - steps.length);
}

function noticeToSayAgain(
  investigation: Investigation,
  { recountSentAt }: Told,
  now: number,
): InvestigationNotice | undefined {
  if (recountSentAt !== undefined && now - Date.parse(recountSentAt) < SAY_AGAIN_MS) return undefined;
  const { steps, stepCount } = investigation;
  const index = stepToSayAgain(investigation, now);
  return index === undefined ? undefined : noticeOf(investigation, stepCount - steps.length + index + 1);
}

/** Told is told, whatever has happened since; what somebody else remembered stays. */
async function remember(
  investigationId: string,
  { investigations, runtime }: TellPorts,
  now: Partial<Told>,
): Promise<void> {
  await untilStored(runtime, `investigation ${investigationId}`, async () => {
    const stored = await investigations.read(investigationId);
    if (!stored) return 'gone';
    const { investigation, told, etag } = stored;
    const topic = Math.max(told.topic, now.topic ?? 0);
    const webhook = Math.max(told.webhook, now.webhook ?? 0);
    const isNews = topic > told.topic || webhook > told.webhook || now.recountSentAt !== undefined;
    if (!isNews) return 'stored';
    return investigations.put(investigation, { ...told, ...now, topic, webhook }, etag);
  });
}
