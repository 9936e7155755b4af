import { patientCall } from '../../../local/replay/patient-call.ts';
import type { QuarantinedMessage, QuarantinePage } from '../../../shared/contracts/quarantine.ts';
import { type Checked, type Checking, findingAbout } from './finding.ts';

/** Nobody sends anything bad in a campaign: whatever is parked is an event that got lost. */
export async function checkQuarantine(functionsUrl: string, { signal }: Checking): Promise<Checked> {
  const call = patientCall({ url: `${functionsUrl}/api`, who: 'the quarantine', signal });
  const messages: QuarantinedMessage[] = [];
  let token = '';
  do {
    const page = await call<QuarantinePage>('GET', `/quarantine?limit=500${token}`);
    messages.push(...page.messages);
    token =
      page.continuationToken === undefined
        ? ''
        : `&continuationToken=${encodeURIComponent(page.continuationToken)}`;
  } while (token !== '');
  const names = messages.map(
    ({ messageId, state, subscription, reason, detail }) =>
      `${messageId} ${state} ${subscription} ${reason}: ${detail}`,
  );
  return {
    findings: findingAbout('lost', 'messages in quarantine', names),
    seen: messages.length === 0 ? ['Nothing is in quarantine.'] : [],
  };
}
