import type { Investigation } from '../contracts/investigation.ts';
import { escalate, remind, takeCounts } from '../domain/investigation.ts';
import { type InvestigationDeadlines, nextDeadline, nextLook } from '../domain/investigation-schedule.ts';
import { isoNow } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';
import { type RecountAnswerPorts, recountAnswers } from './recount-answers.ts';
import { type TellPorts, tellTopic, tellWebhook, untoldSince } from './tell.ts';

export type FollowInvestigationPorts = TellPorts &
  RecountAnswerPorts & { readonly deadlines: InvestigationDeadlines };

/** `comeBackAt` (UTC): when to look again, null: never. `troubles`: what an operator should know, in sentences. */
export type Followed = { readonly comeBackAt: string | null; readonly troubles: readonly string[] };

/**
 * One look at an investigation: takes the counts that have come, reminds and escalates what is due, and tells the topic
 * and the webhook what they have not been told. May be repeated at any time.
 *
 * @throws {StoreUnavailable}
 */
export async function follow(investigationId: string, ports: FollowInvestigationPorts): Promise<Followed> {
  await moveOn(investigationId, ports);
  await tellTopic(investigationId, ports);
  const troubles = await tellWebhook(investigationId, ports);
  const stored = await ports.investigations.read(investigationId);
  if (!stored) return { comeBackAt: null, troubles: [`There is no investigation ${investigationId}.`] };
  const next = nextLook(stored.investigation, ports.deadlines, untoldSince(stored), ports.runtime.now());
  return { comeBackAt: next === undefined ? null : new Date(next).toISOString(), troubles };
}

/** What happens without anybody doing it. */
async function moveOn(investigationId: string, ports: FollowInvestigationPorts): Promise<void> {
  const { investigations, runtime } = ports;
  await untilStored(runtime, `investigation ${investigationId}`, async () => {
    const stored = await investigations.read(investigationId);
    if (!stored) return 'gone';
    const { investigation, told, etag } = stored;
    const moved = meetDeadline(await withCounts(investigation, ports), ports);
    return moved === investigation ? 'stored' : investigations.put(moved, told, etag);
  });
}

async function withCounts(
  investigation: Investigation,
  ports: FollowInvestigationPorts,
): Promise<Investigation> {
  if (investigation.status !== 'recount-asked') return investigation;
  const counts = await recountAnswers(investigation, ports);
  return takeCounts(investigation, counts, isoNow(ports.runtime)).investigation;
}

function meetDeadline(
  investigation: Investigation,
  { deadlines, runtime }: FollowInvestigationPorts,
): Investigation {
  const deadline = nextDeadline(investigation, deadlines);
  if (!deadline || deadline.at > runtime.now()) return investigation;
  const meet = deadline.action === 'remind' ? remind : escalate;
  return meet(investigation, isoNow(runtime)).investigation;
}
