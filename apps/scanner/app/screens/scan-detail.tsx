import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RefusalDecision, StoredScan } from '../../core/scan.ts';
import { accepted, refused } from '../feedback.ts';
import { back } from '../navigation.ts';
import { Empty, Loading } from '../parts/notice.tsx';
import { ReasonSheet } from '../parts/reason-sheet.tsx';
import { Screen } from '../parts/screen.tsx';
import { ask, status, text } from '../state.ts';
import { errorWords } from '../task/task-words.ts';
import { Conflict } from './scan-conflict.tsx';
import { Facts } from './scan-facts.tsx';
import { Rejected } from './scan-rejected.tsx';
import { Warning } from './scan-warning.tsx';

/** What can be done where a scan is red. */
const RED = { conflict: Conflict, warning: Warning, rejected: Rejected };

/** One scan: what it was, what became of it, and, where it is red, what can be done. */
export function ScanDetail({ sequence }: { readonly sequence: number }) {
  const { scan: words, common } = text.value;
  const scan = useSignal<StoredScan | 'loading' | undefined>('loading');
  const isDropping = useSignal(false);
  const countsKey = JSON.stringify([status.value?.counts, status.value?.held]);
  useEffect(() => {
    let isCurrent = true;
    void ask((device) => device.scans({ after: sequence + 1, limit: 1 })).then((found) => {
      const [first] = found ?? [];
      if (isCurrent) scan.value = first?.transaction.sequence === sequence ? first : undefined;
    });
    return () => {
      isCurrent = false;
    };
  }, [sequence, countsKey]);

  const shown = scan.value;
  if (shown === 'loading')
    return (
      <Screen title={words.title}>
        <Loading label={common.loading} />
      </Screen>
    );
  if (shown === undefined)
    return (
      <Screen title={words.title}>
        <Empty icon="queue" title={words.gone} />
      </Screen>
    );

  const { transactionId, type } = shown.transaction;

  async function decide(decision: RefusalDecision): Promise<void> {
    const answer = await ask((device) => device.decide(transactionId, decision));
    switch (answer?.kind) {
      case 'decided':
        accepted(decision.kind === 'drop' ? words.dropped : words.sent);
        back();
        break;
      case 'not-decided': {
        const [first] = answer.errors;
        refused(first ? errorWords(first) : common.unexpected(''));
        break;
      }
      case 'not-refused':
        refused(words.settled);
        break;
      case 'storage-full':
        refused(text.value.storageFull.title);
        break;
      case undefined:
        break;
    }
  }

  const Red = shown.state === 'refused' && shown.refusal ? RED[shown.refusal.outcome] : undefined;
  return (
    <>
      {Red ? (
        <Red
          scan={shown}
          decide={decide}
          onDrop={() => {
            isDropping.value = true;
          }}
        />
      ) : (
        <Screen title={text.value.types[type]}>
          <Facts scan={shown} />
        </Screen>
      )}
      {isDropping.value && (
        <ReasonSheet
          title={words.dropTitle}
          hint={words.dropText}
          reasons={words.dropReasons}
          other={words.otherReason}
          onClose={() => {
            isDropping.value = false;
          }}
          onDone={(reason) => {
            isDropping.value = false;
            void decide({ kind: 'drop', reason });
          }}
        />
      )}
    </>
  );
}
