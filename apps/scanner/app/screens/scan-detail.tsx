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

/** What a person decides on a red scan; true when it is decided. */
export type Decide = (decision: RefusalDecision) => Promise<boolean>;

/** One scan: what it was, what became of it, and, where it is red, what can be done. */
export function ScanDetail({ sequence }: { readonly sequence: number }) {
  const { scan: words, common } = text.value;
  const scan = useSignal<StoredScan | 'loading' | undefined>('loading');
  const isDropping = useSignal(false);
  const countsKey = JSON.stringify(status.value?.counts);
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
  if (shown === 'loading') return <Screen title={words.title}>{<Loading label={common.loading} />}</Screen>;
  if (shown === undefined)
    return <Screen title={words.title}>{<Empty icon="queue" title={words.gone} />}</Screen>;

  const decide: Decide = async (decision) => {
    const { transactionId } = shown.transaction;
    const answer = await ask((device) => device.decide(transactionId, decision));
    switch (answer?.kind) {
      case 'decided':
        accepted(decision.kind === 'drop' ? words.dropped : words.sent);
        back();
        return true;
      case 'not-decided': {
        const [first] = answer.errors;
        refused(first ? errorWords(first) : common.unexpected(''));
        return false;
      }
      case 'not-refused':
        refused(words.settled);
        return false;
      case 'storage-full':
        refused(text.value.storageFull.title);
        return false;
      case undefined:
        return false;
    }
  };
  const drop = () => {
    isDropping.value = true;
  };
  return (
    <>
      {shown.refusal?.outcome === 'conflict' && shown.state === 'refused' ? (
        <Conflict scan={shown} decide={decide} onDrop={drop} />
      ) : shown.refusal?.outcome === 'warning' && shown.state === 'refused' ? (
        <Warning scan={shown} decide={decide} onDrop={drop} />
      ) : shown.refusal?.outcome === 'rejected' && shown.state === 'refused' ? (
        <Rejected scan={shown} decide={decide} onDrop={drop} />
      ) : (
        <Screen title={text.value.types[shown.transaction.type]}>
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
